"""Write and read legal notes, encrypted. A note of a matter follows the matter's barriers."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, and_, exists, literal, or_
from sqlalchemy.orm import Session

from services.legal.cases.case.models import CASES, is_apart
from services.legal.compensation.matter.models import Matter
from services.legal.matters.matter_file.actions.reach import reaches
from services.legal.matters.matter_file.models import FileMember
from services.legal.matters.note.models import Note
from services.legal.matters.note.rules import KINDS
from services.legal.matters.note.schemas import WriteNote
from shared.access.tokens import Principal
from shared.casework.cases import find
from shared.casework.notes import SealedNotes
from shared.casework.refusals import FactRefused

NOTES = SealedNotes(Note, CASES, KINDS)


def write_note(session: Session, case: UUID, command: WriteNote, now: datetime, *, by: Principal) -> UUID:
    """Write a privileged note, stored encrypted; a new note corrects an earlier one.

    A correction stays in the file of the note that it corrects. Return the note's id. Raises `FactRefused`.
    """
    if command.matter is not None and find(session, Matter, case, command.matter) is None:
        raise _of_no_case("matter")
    reach = _reached(case, by)
    corrected = None if command.corrects is None else NOTES.reached(session, case, command.corrects, reach)
    if corrected is not None and corrected.file is not None:
        if command.file not in (None, corrected.file):
            raise _of_no_case("file")
        command = replace(command, file=corrected.file)
    if command.file is not None and not reaches(session, case, command.file, by=by):
        raise _of_no_case("file")
    return NOTES.write(session, case, command, now, by=by, only=reach)


def read_notes(session: Session, case: UUID, *, by: Principal) -> tuple[dict[str, object], int]:
    """Return the privileged notes that the calling adviser of the case's team can read.

    The oldest is first.
    """
    notes = NOTES.read(session, case, by=by, only=_reached(case, by))
    return {"notes": notes}, CASES.version(session, case)


# control: H-PRIVILEGE-1 notes-follow-the-matter
def _reached(case: UUID, by: Principal) -> ColumnElement[bool]:
    """Return the condition that an adviser of the case can read a note.

    A note without a file can be about any matter: an adviser with a barrier to any of them cannot read it.
    """
    member = UUID(by.subject)
    works_on = exists().where(FileMember.file == Note.file, FileMember.member == member, FileMember.left_on.is_(None))
    return or_(works_on, and_(Note.file.is_(None), ~is_apart(literal(case, Uuid), member)))


def _of_no_case(field: str) -> FactRefused:
    return FactRefused(field, "of_the_same_case", "This case has no such record. Read the case again.")
