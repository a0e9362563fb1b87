"""Legal notes: what the person's advisers write for themselves, sealed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.legal.case.models import CASES
from services.legal.matter.models import Matter
from services.legal.note.models import Note
from services.legal.note.rules import KINDS
from services.legal.note.schemas import WriteNote
from shared.access.tokens import Principal
from shared.casework.cases import find
from shared.casework.notes import SealedNotes
from shared.casework.refusals import FactRefused

NOTES = SealedNotes(Note, CASES, KINDS)


def write_note(session: Session, case: UUID, command: WriteNote, now: datetime, *, by: Principal) -> tuple[UUID, int]:
    """Write a note, perhaps about a matter of the case; return its id and the case's version. Raises `FactRefused`."""
    if command.matter is not None and find(session, Matter, case, command.matter) is None:
        raise FactRefused("matter", "of_the_same_case", "This case has no such record. Read the case again.")
    return NOTES.write(session, case, command, now, by=by)
