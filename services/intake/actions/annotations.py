"""What the person says otherwise of a record: it stands beside the record, which is never edited."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from services.intake.actions.today import local_today
from services.intake.models import (
    Account,
    Annotation,
    Case,
    Consent,
    Detection,
    EntryDecision,
    IdentificationStep,
    Notification,
    Record,
    Referral,
    ReferralIn,
    Sharing,
    bump,
)
from shared import keys
from shared.access import NotFound
from shared.envelope import Announcement, new_id
from shared.eventlog import record
from shared.keys import KeyDestroyed, Place

#: The records of intake's own; whether another service has a record is known there alone.
_OWN: Final[dict[str, type[Record]]] = {
    "account": Account,
    "consent": Consent,
    "detection": Detection,
    "entry_decision": EntryDecision,
    "identification": IdentificationStep,
    "notification": Notification,
    "referral": Referral,
    "referral_in": ReferralIn,
    "sharing": Sharing,
}


def annotate(session: Session, now: datetime, case_id: UUID, by: UUID, body: dict[str, Any]) -> tuple[UUID, int]:
    """Record what the person says otherwise; gives its id and the case's version. Raises `NotFound`, `KeyDestroyed`."""
    kind = _OWN.get(body["about"])
    if kind is not None:
        columns = inspect(kind).columns
        there = select(columns["id"]).where(columns["id"] == body["record"], columns["case_id"] == case_id)
        if session.execute(there).first() is None:
            raise NotFound
    made, today = new_id(), local_today(session.get_one(Case, case_id).jurisdiction, now)
    told = {"about": body["about"], "record": body["record"], "reason": body["reason"], "annotated_on": today}
    sealed = keys.of(session).seal(case_id, place(made), body["statement"])
    session.add(Annotation(id=made, case_id=case_id, statement=sealed, by=by, **told))
    version = bump(session, case_id)
    record(session, case_id, [Announcement("annotation.recorded", {"annotation": made, **told})])
    return made, version


def annotations_of(session: Session, case_id: UUID) -> list[dict[str, Any]]:
    """Give what the person said otherwise, oldest first; the words of one who was erased are gone."""
    found = select(Annotation).where(Annotation.case_id == case_id).order_by(Annotation.id)
    return [_shown(session, each) for each in session.execute(found).scalars()]


def _shown(session: Session, each: Annotation) -> dict[str, Any]:
    try:
        statement: str | None = keys.of(session).unseal(each.case_id, place(each.id), each.statement)
    except KeyDestroyed:
        statement = None
    names = ("id", "about", "record", "reason", "annotated_on", "by")
    return {**{name: getattr(each, name) for name in names}, "statement": statement}


def place(annotation: UUID) -> Place:
    """Tell where the words of an annotation belong."""
    return Place("annotations", "statement", annotation)
