"""Tables of hearings. Fields declared here appear in commands and views."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.legal.cases.case.models import Record
from services.legal.matters.matter_file.models import OURS, CorrectableInFile, DatedInFile, OfFile
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.casework.records import OfCase
from shared.events.contract import Code, Codes, Day, Reference
from shared.events.envelope import new_id
from shared.reference import codes


class Hearing(OfFile, CorrectableInFile, Record):
    """A session of a court or an authority at which the person is heard, or that is about them."""

    __tablename__ = "hearings"

    id: Mapped[UUID] = declared_column(Reference(), OURS, "The hearing.", primary_key=True, default=new_id)
    proceeding: Mapped[UUID | None] = declared_column(
        nullable(Reference()), OURS, "In which proceedings; null: in none that are recorded."
    )
    kind: Mapped[str] = declared_column(Code(codes("hearing_type")), OURS, "The kind of session.")
    #: The current day. Earlier days are in the steps.
    held_on: Mapped[date] = declared_column(Day(), OURS, "Its day.")
    mode: Mapped[str] = declared_column(
        Code(codes("hearing_mode")), OURS, "Whether the person is there, or takes part from elsewhere."
    )
    state: Mapped[str] = declared_column(
        Code(codes("hearing_state")), OURS, "Whether it is ahead, was held, or fell through."
    )
    wanted: Mapped[list[str] | None] = declared_column(
        nullable(Codes(codes("hearing_arrangement"))), OURS, "The person's needs; null: not asked."
    )
    arranged: Mapped[list[str]] = declared_column(
        Codes(codes("hearing_arrangement")), OURS, "The arrangements that are made."
    )
    statement: Mapped[str] = declared_column(
        Code(codes("hearing_statement")), OURS, "Whether the person wants to make a statement there."
    )
    interpreter_language: Mapped[str | None] = declared_column(
        nullable(Code(codes("language"))), OURS, "The language, or dialect, that the interpreter speaks.", example="acm"
    )
    no_contact_from: Mapped[date | None] = declared_column(
        nullable(Day()), OURS, "From which day on the police do not contact the person."
    )
    no_contact_until: Mapped[date | None] = declared_column(nullable(Day()), OURS, "Until which day.")


class HearingStep(OfFile, Record):
    """One change of a hearing: it moved, was held or fell through. Steps are added and never changed."""

    __tablename__ = "hearing_steps"

    id: Mapped[UUID] = declared_column(Reference(), OURS, "The step.", primary_key=True, default=new_id)
    hearing: Mapped[UUID] = mapped_column(index=True)
    state: Mapped[str] = declared_column(
        Code(codes("hearing_state")), OURS, "Whether it is ahead, was held, or fell through."
    )
    held_on: Mapped[date] = declared_column(Day(), OURS, "Its day.")
    was_on: Mapped[date] = declared_column(Day(), OURS, "Its day before.")
    recorded_at: Mapped[datetime]


class HearingHelp(OfCase, Record):
    """A request to support for help at a hearing: one row for each kind of help and hearing."""

    __tablename__ = "hearing_help"
    __table_args__ = (UniqueConstraint("hearing", "arrangement"),)

    #: An event publishes this id. It names neither the hearing nor its matter.
    id: Mapped[UUID] = mapped_column(primary_key=True)
    hearing: Mapped[UUID]
    file: Mapped[UUID] = mapped_column(index=True)
    arrangement: Mapped[str]
    needed_on: Mapped[date]
    is_open: Mapped[bool]


class HearingMeasure(DatedInFile, CorrectableInFile, Record):
    """The state of a measure that protects the person at a hearing, on one day."""

    __tablename__ = "hearing_measures"

    id: Mapped[UUID] = declared_column(Reference(), OURS, "The entry.", primary_key=True, default=new_id)
    hearing: Mapped[UUID] = mapped_column(index=True)
    measure: Mapped[str] = declared_column(
        Code(codes("special_measure")), OURS, "Which measure protects the person there."
    )
    state: Mapped[str] = declared_column(
        Code(codes("measure_state")), OURS, "Whether it was asked for, granted, refused or used."
    )
    wish: Mapped[str] = declared_column(Code(codes("measure_wish")), OURS, "Whether the person wants it.")
