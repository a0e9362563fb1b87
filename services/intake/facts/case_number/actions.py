"""Draw the short number of a new case, and look up a number."""

import secrets
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake.facts.case import rules as case_rules
from services.intake.facts.case.actions import admission
from services.intake.facts.case.models import Case
from services.intake.facts.case_number import rules
from shared.access import case_restrictions
from shared.access.permissions import permits
from shared.access.tokens import Principal
from shared.events.envelope import new_id


def draw() -> str:
    """Return a random number. Another case may have it; that appears when it is stored."""
    return rules.new_number(secrets.choice)


def look_up(session: Session, typed: str, *, by: Principal) -> tuple[UUID, str] | None:
    """Return the case of a number, and its status; None if no case has it. Raises `FactRefused`.

    The answer is the same for an unused number and for the number of a case that the caller may not read.
    """
    number = rules.heard(typed)
    row = session.execute(select(Case.id, Case.status).where(Case.number == number)).first()
    # The query also runs for an unused number, so that the time of the answer does not reveal it.
    of_caller = admission(session, new_id() if row is None else row.id, by)
    relation = of_caller.relation
    if row is None or relation is None or not permits(case_rules.ACCESS, "case.read", by, relation):
        return None
    if of_caller.is_restricted and not case_restrictions.READERS & by.roles:
        return None
    return row.id, row.status
