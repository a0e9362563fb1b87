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
from shared import keys
from shared.envelope import new_id
from shared.keys import Place
from shared.tokens import Principal


def write_note(
    session: Session, case: UUID, who: Principal, body: Mapping[str, Any], now: datetime
) -> tuple[UUID, int]:
    """Write a note, perhaps in place of an earlier one; gives its id and the case's version.

    Raises `FieldRefused`, and `KeyDestroyed` for a case that was erased.
    """
    rules.writes(body["kind"], who.roles)
    found, _today = begin_change(session, case, now)
    made = new_id()
    if body["corrects"] is not None:
        seen = Note.kind.in_(rules.kinds_of(who.roles))
        wanted = select(Note).where(Note.id == body["corrects"], Note.case_id == case, seen)
        earlier = session.execute(wanted).scalar_one_or_none()
        rules.corrects(found=earlier is not None, superseded_by=None if earlier is None else earlier.superseded_by)
        if earlier is not None:
            earlier.superseded_by = made
    text = keys.of(session).seal(case, _place(made), body["text"])
    writer = UUID(who.subject)
    session.add(Note(id=made, case_id=case, kind=body["kind"], text=text, written_by=writer, written_at=now))
    return made, found.version


def notes_of(session: Session, case: UUID, who: Principal) -> list[dict[str, Any]]:
    """Give the notes of a case that somebody's roles read, oldest first, also those that were corrected."""
    seen = select(Note).where(Note.case_id == case, Note.kind.in_(rules.kinds_of(who.roles))).order_by(Note.id)
    opened = keys.of(session)
    return [
        {
            "id": each.id,
            "kind": each.kind,
            "text": opened.unseal(case, _place(each.id), each.text),
            "written_by": each.written_by,
            "written_at": each.written_at.isoformat(),
            "superseded_by": each.superseded_by,
        }
        for each in session.scalars(seen)
    ]


def _place(note: UUID) -> Place:
    return Place("notes", "text", note)
