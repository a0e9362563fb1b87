"""The table of counselling aims. Content is sealed. Declared columns can be entered and shown."""

from datetime import date
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from services.support.cases.case.models import Record, Recorded
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.events.contract import Day, Reference


class Aim(Recorded, Record):
    """An aim of the person in counselling."""

    __tablename__ = "counselling_aims"

    id: Mapped[UUID] = declared_column(Reference(), FieldClass.HEALTH, "The aim.", primary_key=True)
    course: Mapped[UUID | None] = declared_column(
        nullable(Reference()), FieldClass.HEALTH, "Of which course; null: before there is one, or of several."
    )
    stated_on: Mapped[date] = declared_column(
        Day(), FieldClass.HEALTH, "The day on which they said so, today by default."
    )
    content: Mapped[bytes] = mapped_column(LargeBinary, comment="sealed: the aim, the words, the progress")
