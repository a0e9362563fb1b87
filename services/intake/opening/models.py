"""Whether a person wants to have a name in their case, each time that they said so."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.case.models import Record
from shared.events.envelope import new_id


class AnonymityChoice(Record):
    """What the person chose, and why; the latest stands in the case."""

    __tablename__ = "anonymity_choices"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    anonymous: Mapped[bool]
    reason: Mapped[str]
    chosen_on: Mapped[date]
    recorded_by: Mapped[UUID]
