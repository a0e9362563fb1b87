"""Notes of support: their fields, each declared once, and what is written and shown of them."""

from shared.access.declarations import declare, nullable
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, View, parts
from shared.casework import schemas as casework
from shared.events.contract import Code, Instant, Reference
from shared.http import required
from shared.http.words import Words
from shared.reference import codes

KIND = declare(Code(codes("support_note_kind")), FieldClass.HEALTH, "What kind of note it is.")


class WriteNote(casework.WriteNote):
    """A note of counselling or support; with `corrects`, it takes the place of an earlier one."""

    kind: str = required(KIND)


class Note(View):
    """A sealed note, opened for the roles of its kind."""

    id = declare(Reference(), FieldClass.HEALTH, "The note.")
    kind = KIND
    text = declare(Words(casework.LONGEST_NOTE), FieldClass.HEALTH, "What was noted.", example="Fictitious.")
    written_by = declare(Reference(), FieldClass.HEALTH, "Who wrote it.", author=True)
    written_at = declare(Instant(), FieldClass.HEALTH, "When it was written.")
    superseded_by = declare(nullable(Reference()), FieldClass.HEALTH, "The note that corrects this one.")
    danger = declare(nullable(Code(codes("danger_flag"))), FieldClass.HEALTH, "Whether it says danger.")


class NoteList(CaseView):
    """A case's notes, as far as their kinds are for the reader."""

    notes = parts(Note)
