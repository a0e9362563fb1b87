"""Routes for legal notes."""

from typing import Final

from services.legal.cases.case.models import CASES
from services.legal.cases.case.topic import CASE
from services.legal.matters.note import actions, rules, schemas
from shared.http import Call, Reply, post, route
from shared.runtime.topics import Topic


@route("GET", f"{CASE}/notes", action="note.read", reply=schemas.NoteList)
def read_notes(call: Call) -> Reply:
    """Return the privileged notes that an adviser on the case's team reaches."""
    notes = actions.read_notes(call.session, call.case, by=call.principal)
    return Reply({"notes": notes}, version=CASES.version(call.session, call.case))


TOPIC: Final = Topic(
    __name__,
    routes=(post("note.write", f"{CASE}/notes", actions.write_note, creates=True, part="notes"),),
    access=rules.ACCESS,
)
