"""The table of notes. Texts are sealed. Declared columns can be entered and shown."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Mapped

from services.support.cases.case.models import Record
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.casework.records import SealedNote
from shared.events.contract import Code, Instant, Reference
from shared.events.envelope import new_id
from shared.reference import codes

_HEALTH: Final = FieldClass.HEALTH


class Note(SealedNote, Record):
    """A note of a counsellor or support worker."""

    id: Mapped[UUID] = declared_column(Reference(), _HEALTH, "The note.", primary_key=True, default=new_id)
    kind: Mapped[str] = declared_column(Code(codes("support_note_kind")), _HEALTH, "The kind of note.")
    written_by: Mapped[UUID] = declared_column(Reference(), _HEALTH, "Who wrote it.", author=True)
    written_at: Mapped[datetime] = declared_column(Instant(), _HEALTH, "When it was written.")
    superseded_by: Mapped[UUID | None] = declared_column(
        nullable(Reference()), _HEALTH, "The note that corrects this one."
    )
    danger: Mapped[str | None] = declared_column(
        nullable(Code(codes("danger_flag"))), _HEALTH, "Whether it reports danger."
    )
