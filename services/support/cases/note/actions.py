"""Write, correct and read notes of counselling and support."""

from services.support.cases.case.models import CASES
from services.support.cases.note.models import Note
from services.support.cases.note.rules import KINDS, OWN
from shared.casework.notes import SealedNotes

NOTES = SealedNotes(Note, CASES, KINDS, OWN)
