"""Routes for legal notes."""

from typing import Final

from services.legal.cases.case.topic import CASE
from services.legal.matters.note import actions, rules, schemas
from shared.http import get, post
from shared.runtime.topics import Topic

TOPIC: Final = Topic(
    __name__,
    routes=(
        get("note.read", f"{CASE}/notes", actions.read_notes, reply=schemas.NoteList),
        post("note.write", f"{CASE}/notes", actions.write_note, creates=True, part="notes"),
    ),
    access=rules.ACCESS,
)
