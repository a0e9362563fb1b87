"""Notes as they are stored: sealed."""

from services.support.case.models import Record
from shared.casework.records import SealedNote


class Note(SealedNote, Record):
    """What a counsellor or support worker wrote."""
