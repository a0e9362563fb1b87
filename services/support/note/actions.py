"""Write, correct and read notes of counselling and support."""

from services.support.case.models import CASES
from services.support.note.models import Note
from services.support.note.rules import KINDS, OWN
from shared.casework.notes import SealedNotes

NOTES = SealedNotes(Note, CASES, KINDS, OWN)
