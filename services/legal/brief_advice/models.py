"""Brief advice as it is stored: nothing in it is of anybody."""

from datetime import date
from uuid import UUID

from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from services.legal.case.models import Record
from shared.events.envelope import new_id


class BriefAdvice(Record):
    """That somebody was advised, or could not be, on which topics; never what was said, and not whom."""

    __tablename__ = "brief_advice"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    agency: Mapped[UUID | None] = mapped_column(index=True, comment="for which it was given; null: none is known")
    phase: Mapped[str]
    status: Mapped[str]
    topics: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    funding: Mapped[str]
    language: Mapped[str]
    interpreter: Mapped[bool]
    format: Mapped[str]
    given_on: Mapped[date]
