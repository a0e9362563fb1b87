"""Proceedings as they are stored: steps are added or put right, and where each defendant stands follows from them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import DateTime
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from services.legal.case.models import Record
from shared.casework.records import Correctable
from shared.events.envelope import new_id


class Proceeding(Correctable, Record):
    """Proceedings before an authority or a court, and the person's role in them."""

    __tablename__ = "proceedings"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    file: Mapped[UUID] = mapped_column(index=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str]
    person_role: Mapped[str]
    began_on: Mapped[date]
    warned_on: Mapped[date | None] = mapped_column(comment="of what a guilty plea can end, where the person is accused")
    recorded_by: Mapped[UUID]


class Defendant(Correctable, Record):
    """One of those whom proceedings are against; who that is stands with the matter's parties, sealed."""

    __tablename__ = "defendants"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    proceeding: Mapped[UUID] = mapped_column(index=True)
    file: Mapped[UUID] = mapped_column(index=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    party: Mapped[UUID | None] = mapped_column(comment="which party of the matter; null: not known")
    charges: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    recorded_by: Mapped[UUID]


class ProceedingStep(Correctable, Record):
    """A step by an authority or a court, about all of the proceedings or about one defendant."""

    __tablename__ = "proceeding_steps"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    proceeding: Mapped[UUID] = mapped_column(index=True)
    file: Mapped[UUID] = mapped_column(index=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    defendant: Mapped[UUID | None]
    stage: Mapped[str | None]
    disposal: Mapped[str | None]
    review: Mapped[str | None] = mapped_column(comment="of a decision not to prosecute")
    happened_on: Mapped[date]
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
