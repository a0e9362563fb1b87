"""The demands in a person's copy, and the actions that the copy must not reveal."""

from typing import Final
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from services.intake.access.rights.models import Disclosure
from shared.privacy.copies import HANDED_BY_DEMAND

_ACTS: Final = frozenset(
    ("disclosure.record", "disclosure.decide", "disclosure.confirm", "disclosure.read", HANDED_BY_DEMAND)
)


def demands_known_to_person(session: Session, case: UUID) -> list[Disclosure]:
    """Return the demands about a case of which the person was informed, for their copy."""
    demands = select(Disclosure).where(Disclosure.case_id == case, Disclosure.person_told.is_(True))
    return list(session.scalars(demands.order_by(Disclosure.id)))


def hidden_acts(session: Session, case: UUID) -> frozenset[str]:
    """Return the actions that would reveal a demand of which the person is not informed (yet)."""
    demand = exists().where(Disclosure.case_id == case, Disclosure.person_told.is_not(True))
    return _ACTS if session.execute(select(demand)).scalar_one() else frozenset()
