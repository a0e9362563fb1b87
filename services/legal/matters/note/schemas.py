"""The command and the views of legal notes."""

from uuid import UUID

from services.legal.matters.note import models
from shared.access.declarations import declare, nullable
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, View, parts
from shared.casework import schemas as casework
from shared.events.contract import Code, Instant, Reference
from shared.http import optional, required
from shared.http.words import Words
from shared.reference import codes

KIND = declare(Code(codes("legal_note_kind")), FieldClass.PRIVILEGED, "The kind of note.")


class WriteNote(casework.WriteNote):
    """Write a note for the person's advisers; with `corrects`, it replaces an earlier one."""

    kind: str = required(KIND)
    matter: UUID | None = optional(models.Note.matter, default=None)
    file: UUID | None = optional(models.Note.file, default=None)


class Note(View, of=models.Note):
    """A note, decrypted for the person's own advisers."""

    id = declare(Reference(), FieldClass.PRIVILEGED, "The note.")
    kind = KIND
    text = declare(Words(casework.LONGEST_NOTE), FieldClass.PRIVILEGED, "What was noted.", example="Fictitious.")
    written_by = declare(Reference(), FieldClass.PRIVILEGED, "Who wrote it.", author=True)
    written_at = declare(Instant(), FieldClass.PRIVILEGED, "When it was written.")
    superseded_by = declare(nullable(Reference()), FieldClass.PRIVILEGED, "The note that corrects this one.")
    danger = declare(nullable(Code(codes("danger_flag"))), FieldClass.PRIVILEGED, "Whether it reports danger.")


class NoteList(CaseView):
    """A case's notes."""

    notes = parts(Note)
