"""Read changes of age, and answer them as a second person. No function commits."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake.facts.age import rules
from services.intake.facts.age.schemas import AnswerAge
from services.intake.facts.case.actions import record_of
from services.intake.facts.case.models import Case, bump
from services.intake.facts.identity.actions import announce_age
from services.intake.facts.person.actions import mark_childs_ground, settle_birth
from services.intake.facts.person.models import AgeChange
from services.intake.facts.person.rules import age_on
from shared.access.tokens import Principal
from shared.casework import dates
from shared.casework.naming import check_acts


def answer(
    session: Session, case_id: UUID, change_id: UUID, command: AnswerAge, now: datetime, *, by: Principal
) -> dict[str, object]:
    """Confirm a stated age as a second person, or refuse it; return the state with the age.

    Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    check_acts(session, by, rules.ACCESS["age.confirm"], now)
    change, who = record_of(session, AgeChange, case_id, change_id), UUID(by.subject)
    rules.check_second(change.state, proposed_by=change.proposed_by, by=who)
    change.state = rules.answered(confirms=command.confirms, refusal=command.reason)
    change.answered_by, change.answered_at, change.refusal = who, now, command.reason
    case = session.get_one(Case, case_id)
    today, birth = dates.today(now, case.jurisdiction), settle_birth(session, case, now, confirmed=command.confirms)
    case.age = age_on(birth, change.after if command.confirms else change.before, today)
    if (change.before, case.age) == ("child", "adult"):
        mark_childs_ground(session, case, today, by=who)
    announce_age(session, case, now, by=who)
    bump(session, case_id)
    return {"state": change.state, "age": case.age}


def changes_of(session: Session, case: UUID) -> Sequence[AgeChange]:
    """Return the changes of age of a case, the earliest first."""
    return session.scalars(select(AgeChange).where(AgeChange.case_id == case).order_by(AgeChange.id)).all()
