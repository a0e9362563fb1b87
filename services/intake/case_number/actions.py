"""The short numbers of cases: given at the opening, and looked up."""

import secrets
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake.case import rules as case_rules
from services.intake.case.actions import admission
from services.intake.case.models import Case
from services.intake.case_number import rules
from shared.access import case_restrictions
from shared.access.permissions import permits
from shared.access.tokens import Principal
from shared.events.envelope import new_id


def draw() -> str:
    """Return a new number; whether another case has it, its storing tells."""
    return rules.new_number(secrets.choice)


def look_up(session: Session, typed: str, *, by: Principal) -> tuple[UUID, str] | None:
    """Return the case of a number, and its status; None if no case has it. Raises `FactRefused`.

    A number of a case that the principal may not read is answered as one that no case has.
    """
    number = rules.heard(typed)
    row = session.execute(select(Case.id, Case.status).where(Case.number == number)).first()
    # Also where there is no case, so that it takes no less.
    admitted = admission(session, new_id() if row is None else row.id, by)
    relation = admitted.relation
    if row is None or relation is None or not permits(case_rules.ACCESS, "case.read", by, relation):
        return None
    if admitted.is_restricted and not case_restrictions.READERS & by.roles:
        return None
    return row.id, row.status
