"""Protections as they are stored: steps are added or put right, and where each stands follows from them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import DateTime
from sqlalchemy.orm import Mapped, mapped_column

from services.legal.case.models import Record
from shared.casework.records import Correctable
from shared.events.envelope import new_id


class Protection(Correctable, Record):
    """Leave to stay, legal aid, or that the person is not punished, on one basis of the law."""

    __tablename__ = "protections"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    file: Mapped[UUID] = mapped_column(index=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str]
    basis: Mapped[str]
    offence: Mapped[str | None] = mapped_column(comment="of what the person is or was accused, by group")
    acted_on: Mapped[str | None] = mapped_column(comment="a day, a month or a year")
    age_at_act: Mapped[str | None]
    recorded_by: Mapped[UUID]


class ProtectionStep(Correctable, Record):
    """What became of it on a day."""

    __tablename__ = "protection_steps"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    protection: Mapped[UUID] = mapped_column(index=True)
    file: Mapped[UUID] = mapped_column(index=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    step: Mapped[str]
    happened_on: Mapped[date]
    until: Mapped[date | None] = mapped_column(comment="of what was granted: its last day")
    merits: Mapped[str | None]
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
