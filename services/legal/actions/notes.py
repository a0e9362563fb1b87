"""Legal notes, sealed: of whom they tell anything is known to the case's own advisers, and to no event, log or dump."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.legal import models
from services.legal.rules import notes as rules
from shared import encryption
from shared.encryption import Cell
from shared.events.envelope import new_id


def write(session: Session, case: UUID, by: UUID, body: Mapping[str, Any], now: datetime) -> tuple[UUID, int]:
    """Write a note, perhaps in place of an earlier one; return its id and the case's new version.

    Raises `FieldRefused`, and `KeyDestroyed` for a case that was erased.
    """
    if body["matter"] is not None:
        rules.belongs_to("matter", exists=_of_case(session, models.Matter, case, body["matter"]) is not None)
    note_id = new_id()
    if body["corrects"] is not None:
        earlier = _of_case(session, models.Note, case, body["corrects"])
        rules.belongs_to("corrects", exists=earlier is not None)
        rules.corrects(earlier.superseded_by)
        earlier.superseded_by = note_id
    session.add(
        models.Note(
            id=note_id,
            case_id=case,
            matter=body["matter"],
            kind=body["kind"],
            text=encryption.of(session).seal(case, _place(note_id), body["text"]),
            written_by=by,
            written_at=now,
        )
    )
    return note_id, models.bump(session, case)


def of_case(session: Session, case: UUID) -> list[dict[str, Any]]:
    """Return a case's notes, oldest first, also those that were corrected."""
    query = select(models.Note).where(models.Note.case_id == case).order_by(models.Note.id)
    opened = encryption.of(session)
    return [
        {
            "id": note.id,
            "kind": note.kind,
            "matter": note.matter,
            "text": opened.unseal(case, _place(note.id), note.text),
            "written_by": note.written_by,
            "written_at": note.written_at.isoformat(),
            "superseded_by": note.superseded_by,
        }
        for note in session.execute(query).scalars()
    ]


def _of_case(session: Session, kind: Any, case: UUID, record_id: UUID) -> Any:
    return session.execute(select(kind).where(kind.id == record_id, kind.case_id == case)).scalar_one_or_none()


def _place(note: UUID) -> Cell:
    return Cell("notes", "text", note)
