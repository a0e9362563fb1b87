"""The official path: its steps, which of them were recorded wrongly, and who puts a case to the authority."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.models.record import Record
from shared.events.envelope import new_id


class IdentificationStep(Record):
    """A step on the official path, in the order in which it was recorded."""

    __tablename__ = "identification_steps"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    stage: Mapped[str]
    outcome: Mapped[str | None]
    authority: Mapped[str | None]
    occurred_on: Mapped[str | None]
    received_on: Mapped[date]
    made_elsewhere: Mapped[bool]
    basis: Mapped[str | None]


class StepCorrection(Record):
    """The correction of a step that was recorded wrongly: the step stays, and no longer counts."""

    __tablename__ = "step_corrections"
    __table_args__ = (UniqueConstraint("step"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    step: Mapped[UUID]
    reason: Mapped[str]
    corrected_on: Mapped[date]
    by: Mapped[UUID]


class FirstResponder(Record):
    """A body that was asked to put the case to the authority, and its answer."""

    __tablename__ = "first_responders"
    __table_args__ = (CheckConstraint("state in ('asked', 'accepted', 'declined')", name="state"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    body: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str | None]
    asked_on: Mapped[date]
    answered_on: Mapped[date | None]
