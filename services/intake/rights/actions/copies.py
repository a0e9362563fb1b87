"""What a person's copy has of annotations and demands, and which acts it must not reveal."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from services.intake.rights.actions.annotations import annotations_of
from services.intake.rights.models import Disclosure
from shared.privacy.copies import HANDED_BY_DEMAND

_ACTS: Final = frozenset(("disclosure.record", "disclosure.decide", "disclosure.read", HANDED_BY_DEMAND))
#: The columns of a demand that the person gets.
_DEMAND: Final = ("demanded_by", "basis", "asked", "received_on", "challenged", "decision", "given", "decided_on")


def copied(session: Session, case: UUID, _view: Mapping[str, Any]) -> dict[str, Any]:
    """Return the topic's part of a person's copy: annotations, and the demands that they were told of."""
    annotations = [
        {name: value for name, value in annotation.items() if name != "by"}
        for annotation in annotations_of(session, case)
    ]
    told = (
        select(Disclosure).where(Disclosure.case_id == case, Disclosure.person_told.is_(True)).order_by(Disclosure.id)
    )
    disclosures = [
        {name: getattr(disclosure, name) for name in _DEMAND} for disclosure in session.execute(told).scalars()
    ]
    return {"annotations": annotations, "disclosures": disclosures}


def hidden_acts(session: Session, case: UUID) -> frozenset[str]:
    """Return the acts that would reveal a demand that the person was not informed of (yet)."""
    demand = exists().where(Disclosure.case_id == case, Disclosure.person_told.is_not(True))
    return _ACTS if session.execute(select(demand)).scalar_one() else frozenset()
