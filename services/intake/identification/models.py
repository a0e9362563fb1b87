"""Tables of the official path."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.case.models import Record, RecordedFact
from shared.events.envelope import new_id


class EntryDecision(Record):
    """A decision of the person about the official mechanism."""

    __tablename__ = "entry_decisions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    decision: Mapped[str]
    advice: Mapped[str]
    decided_on: Mapped[date]


class HeardAdvice(Record):
    """Intake's read model of legal's advice: that it was recorded, and how."""

    __tablename__ = "heard_advice"

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    phase: Mapped[str]
    status: Mapped[str]

    __table_args__ = (Index("heard_advice_case_id_index", "case_id"),)


class IdentificationStep(Record):
    """A step on the official path, in the order in which it was recorded."""

    __tablename__ = "identification_steps"
    __table_args__ = (Index("identification_steps_case_id_index", "case_id", "stage", "received_on", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    stage: Mapped[str]
    outcome: Mapped[str | None]
    authority: Mapped[str | None]
    occurred_on: Mapped[str | None]
    received_on: Mapped[date]
    made_elsewhere: Mapped[bool]
    basis: Mapped[str | None]
    happened: Mapped[str | None] = mapped_column(comment="as exactly as is known; null: recorded before that was asked")
    learnt: Mapped[str | None]
    about: Mapped[UUID | None]
    dublin: Mapped[str | None]
    foreigner: Mapped[str | None]


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


class FirstResponder(RecordedFact, Record):
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
    answer_happened: Mapped[str | None]
    answer_learnt: Mapped[str | None]
    answer_recorded_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    answer_recorded_by: Mapped[UUID | None]


Index("first_responders_alike_index", FirstResponder.case_id, postgresql_where=FirstResponder.alike.is_not(None))
