"""The command and views of notes. Most fields are declared on their columns (`models`)."""

from services.support.note import models
from shared.access.declarations import declare
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, View, parts
from shared.casework import schemas as casework
from shared.http import required
from shared.http.words import Words


class WriteNote(casework.WriteNote):
    """A note of counselling or support; with `corrects`, it takes the place of an earlier one."""

    kind: str = required(models.Note.kind)


class Note(View, of=models.Note):
    """A sealed note, opened for the roles of its kind."""

    text = declare(Words(casework.LONGEST_NOTE), FieldClass.HEALTH, "What was noted.", example="Fictitious.")


class NoteList(CaseView):
    """A case's notes, as far as their kinds are for the reader."""

    notes = parts(Note)
