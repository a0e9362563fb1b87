"""Routes for notes."""

from typing import Final

from services.support.cases.case.models import CASES
from services.support.cases.case.topic import CASE
from services.support.cases.note import rules, schemas
from services.support.cases.note.actions import NOTES
from shared.http import Call, CallWith, Reply, route
from shared.runtime.topics import Topic


@route("POST", f"{CASE}/notes", action="note.write", body=schemas.WriteNote, creates=True, part="notes")
def write_note(call: CallWith[schemas.WriteNote]) -> Reply:
    """Write a note, kept sealed; a note is corrected by a new one."""
    note = NOTES.write(call.session, call.case, call.command, call.now, by=call.principal)
    return Reply(status=201, created=note)


@route("GET", f"{CASE}/notes", action="note.read", reply=schemas.NoteList)
def read_notes(call: Call) -> Reply:
    """Return the notes that the reader's role may read: those of counselling to counsellors only."""
    notes = NOTES.read(call.session, call.case, by=call.principal)
    return Reply({"notes": notes}, version=CASES.version(call.session, call.case))


TOPIC: Final = Topic(__name__, access=rules.ACCESS)
