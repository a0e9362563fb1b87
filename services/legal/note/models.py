"""Notes as they are stored: sealed."""

from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.legal.case.models import Record
from shared.casework.records import SealedNote


class Note(SealedNote, Record):
    """What an adviser wrote, perhaps about one claim, and in the file of a matter."""

    matter: Mapped[UUID | None] = mapped_column(comment="the claim that the case's own file shows")
    file: Mapped[UUID | None] = mapped_column(index=True, comment="of the matter that it belongs to; null: to none")
