"""Tables of outreach."""

from datetime import date
from uuid import UUID

from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.case.models import Record
from shared.events.envelope import new_id


class OutreachSession(Record):
    """A session of outreach: where (a region), with whom, about what, and how many. Nobody is named."""

    __tablename__ = "outreach_sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    held_on: Mapped[date]
    region: Mapped[str] = mapped_column(index=True)
    agency: Mapped[UUID | None] = mapped_column(comment="for which it was held; null: of who recorded it none is known")
    setting: Mapped[str]
    languages: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    topics: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    partner: Mapped[str | None]
    reached: Mapped[int]
    spoke_with: Mapped[int]
    contacts: Mapped[int]
