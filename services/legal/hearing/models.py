"""Hearings as they are stored."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import DateTime, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from services.legal.case.models import Record
from shared.casework.records import Correctable
from shared.events.envelope import new_id


class Hearing(Correctable, Record):
    """A session of a court or an authority at which the person is heard, or that is about them."""

    __tablename__ = "hearings"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    file: Mapped[UUID] = mapped_column(index=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    proceeding: Mapped[UUID | None]
    kind: Mapped[str]
    held_on: Mapped[date] = mapped_column(comment="as it stands now; earlier days are in its steps")
    mode: Mapped[str]
    state: Mapped[str]
    wanted: Mapped[list[str] | None] = mapped_column(ARRAY(TEXT), comment="what the person needs; null: nobody asked")
    arranged: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    statement: Mapped[str]
    interpreter_language: Mapped[str | None] = mapped_column(comment="or dialect; null: none is needed, or not known")
    no_contact_from: Mapped[date | None] = mapped_column(comment="the police do not contact the person from then on")
    no_contact_until: Mapped[date | None]
    recorded_by: Mapped[UUID]


class HearingStep(Record):
    """That a hearing moved, was held or fell through; steps are added, and none is changed."""

    __tablename__ = "hearing_steps"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    hearing: Mapped[UUID] = mapped_column(index=True)
    file: Mapped[UUID] = mapped_column(index=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    state: Mapped[str]
    held_on: Mapped[date] = mapped_column(comment="the day after it")
    was_on: Mapped[date] = mapped_column(comment="the day before it")
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class HearingHelp(Record):
    """What support was told that somebody needs at a hearing; one of each kind a hearing."""

    __tablename__ = "hearing_help"
    __table_args__ = (UniqueConstraint("hearing", "arrangement"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, comment="names neither the hearing nor its matter")
    hearing: Mapped[UUID]
    file: Mapped[UUID] = mapped_column(index=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    arrangement: Mapped[str]
    needed_on: Mapped[date]
    is_open: Mapped[bool]


class HearingMeasure(Correctable, Record):
    """What became of a measure that protects the person at a hearing; a row says what was so on one day."""

    __tablename__ = "hearing_measures"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    hearing: Mapped[UUID] = mapped_column(index=True)
    file: Mapped[UUID] = mapped_column(index=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    measure: Mapped[str]
    state: Mapped[str]
    wish: Mapped[str]
    happened_on: Mapped[date]
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
