"""The command and views of notes. Most fields are declared on their columns (`models`)."""

from services.support.cases.note import models
from shared.access.declarations import declare
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, View, parts
from shared.casework import schemas as casework
from shared.http import required
from shared.http.words import Words


class WriteNote(casework.WriteNote):
    """Write a note of counselling or support. With `corrects`, it replaces an earlier note."""

    kind: str = required(models.Note.kind)


class Note(View, of=models.Note):
    """An unsealed note, for the roles that read its kind."""

    text = declare(Words(casework.LONGEST_NOTE), FieldClass.HEALTH, "What was noted.", example="Fictitious.")


class NoteList(CaseView):
    """The notes of a case that the reader's role may read."""

    notes = parts(Note)
