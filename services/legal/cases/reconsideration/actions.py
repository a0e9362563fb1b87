"""Record requests for reconsideration. A timely request meets the window in which it can be made."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.legal.cases.case.models import CASES, Correction
from services.legal.cases.deadline.actions import FACTS, ends_by, joined
from services.legal.cases.reconsideration import rules
from services.legal.cases.reconsideration.models import Reconsideration
from services.legal.cases.reconsideration.schemas import CorrectReconsideration, RequestReconsideration
from shared.access.tokens import Principal
from shared.casework import corrections
from shared.casework.cases import one
from shared.casework.dates import dated
from shared.deadlines import Fact, facts
from shared.events.envelope import Announcement, new_id
from shared.exchange import eventlog


def request_reconsideration(
    session: Session, case: UUID, command: RequestReconsideration, now: datetime, *, by: Principal
) -> UUID:
    """Request that an authority reconsider its negative decision.

    Return its id. Raises `NotArrivedYet`, `FactRefused`.
    """
    _case, today = CASES.begin_change(session, case, now)
    rules.check_decision_named(command.about, command.stage, _decisions(session, case, command.about))
    requested_on = dated("requested_on", command.requested_on, today)
    fact = Fact(
        id=new_id(),
        case=case,
        kind="reconsideration_requested",
        happened=requested_on.isoformat(),
        about=command.about,
        codes={"stage": command.stage},
    )
    FACTS.note(session, fact, now, by=by)
    late = "no" in ends_by(session, case, fact.id)
    stored = command.stored(requested_on=requested_on, late=late)
    session.add(Reconsideration(id=fact.id, case_id=case, **stored))
    announced = {name: value for name, value in stored.items() if name != "about"}
    eventlog.record(session, case, [Announcement("reconsideration.requested", announced)])
    return fact.id


def correct_reconsideration(
    session: Session,
    case: UUID,
    reconsideration_id: UUID,
    command: CorrectReconsideration,
    now: datetime,
    *,
    by: Principal,
) -> UUID:
    """Correct or withdraw a request; earlier values are kept, and the window is derived again.

    Return the correction's id. Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    _case, today = CASES.begin_change(session, case, now)
    requested = one(session, Reconsideration, case, reconsideration_id)
    dated("requested_on", command.requested_on, today)
    corrected = corrections.put_right(
        session, Correction, requested, "reconsideration", command, now=now, today=today, by=by
    )
    eventlog.record(session, case, [corrected.announcement])
    stands = {"happened": requested.requested_on.isoformat(), "about": requested.about, "stage": requested.stage}
    changes = {"withdrawn": True} if corrected.takes_back else stands
    FACTS.follow(session, case, reconsideration_id, changes, command.reason, now, by=by)
    return corrected.id


def _decisions(session: Session, case: UUID, about: UUID | None) -> list[tuple[UUID, str | None, str | None]]:
    """Return the decisions that a request can be about: those of the case, and the named one of a joined case."""
    standing = facts.standing(session, joined(session, case))
    return [
        (fact.id, fact.codes.get("stage"), fact.codes.get("outcome"))
        for fact in standing
        if fact.kind == "decision" and (fact.case == case or fact.id == about)
    ]
