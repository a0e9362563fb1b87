"""Routes for legal notes."""

from services.legal.case.models import CASES
from services.legal.case.routes import CASE
from services.legal.note import actions, schemas
from shared.http import Call, CallWith, Reply, route


@route("POST", f"{CASE}/notes", action="note.write", body=schemas.WriteNote, creates=True, part="notes")
def write_note(call: CallWith[schemas.WriteNote]) -> Reply:
    """Write a privileged note, kept sealed; a note is corrected by a new one."""
    created, version = actions.write_note(call.session, call.case, call.command, call.now, by=call.principal)
    return Reply(status=201, created=created, version=version)


@route("GET", f"{CASE}/notes", action="note.read", reply=schemas.NoteList)
def read_notes(call: Call) -> Reply:
    """Return the privileged notes that an adviser on the case's team reaches."""
    notes = actions.read_notes(call.session, call.case, by=call.principal)
    return Reply({"notes": notes}, version=CASES.version(call.session, call.case))
