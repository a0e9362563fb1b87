"""Notes as they are stored: sealed."""

from uuid import UUID

from sqlalchemy.orm import Mapped

from services.legal.case.models import Record
from shared.casework.records import SealedNote


class Note(SealedNote, Record):
    """What an adviser wrote, perhaps about one matter."""

    matter: Mapped[UUID | None]
