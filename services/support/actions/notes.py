"""Notes of counselling and support, sealed; each kind for the roles that write it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.support.actions.cases import begin_change
from services.support.models import Note
from services.support.rules import notes as rules
from shared import encryption
from shared.access.tokens import Principal
from shared.encryption import Cell
from shared.events.envelope import new_id


def write_note(
    session: Session, case: UUID, principal: Principal, body: Mapping[str, Any], now: datetime
) -> tuple[UUID, int]:
    """Write a note, perhaps in place of an earlier one; return its id and the case's version.

    Raises `FieldRefused`, and `KeyDestroyed` for a case that was erased.
    """
    rules.writes(body["kind"], principal.roles)
    locked_case, _today = begin_change(session, case, now)
    note_id = new_id()
    if body["corrects"] is not None:
        readable = Note.kind.in_(rules.kinds_of(principal.roles))
        query = select(Note).where(Note.id == body["corrects"], Note.case_id == case, readable)
        earlier = session.execute(query).scalar_one_or_none()
        rules.corrects(exists=earlier is not None, superseded_by=None if earlier is None else earlier.superseded_by)
        if earlier is not None:
            earlier.superseded_by = note_id
    text = encryption.of(session).seal(case, _place(note_id), body["text"])
    writer = UUID(principal.subject)
    session.add(Note(id=note_id, case_id=case, kind=body["kind"], text=text, written_by=writer, written_at=now))
    return note_id, locked_case.version


def notes_of(session: Session, case: UUID, principal: Principal) -> list[dict[str, Any]]:
    """Return the notes of a case that a reader's roles may read, oldest first, also those that were corrected."""
    query = select(Note).where(Note.case_id == case, Note.kind.in_(rules.kinds_of(principal.roles))).order_by(Note.id)
    opened = encryption.of(session)
    return [
        {
            "id": note.id,
            "kind": note.kind,
            "text": opened.unseal(case, _place(note.id), note.text),
            "written_by": note.written_by,
            "written_at": note.written_at,
            "superseded_by": note.superseded_by,
        }
        for note in session.scalars(query)
    ]


def _place(note: UUID) -> Cell:
    return Cell("notes", "text", note)
