"""Tables of the official path and of the duty to notify. Fields declared here appear in commands and views."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.facts.case.models import OfCase, Record, RecordedFact
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.casework.records import WithId
from shared.events.contract import Code, Day, Flag, Identifier, Moment, PartialDay, Reference
from shared.events.envelope import new_id
from shared.reference import codes


class EntryDecision(WithId, OfCase, Record):
    """A decision of the person about the official mechanism."""

    __tablename__ = "entry_decisions"

    decision: Mapped[str] = declared_column(
        Code(codes("entry_decision")), FieldClass.BASIC, "Whether to enter the official mechanism."
    )
    advice: Mapped[str] = declared_column(
        Code(codes("advice_status")), FieldClass.BASIC, "How the person was advised before; no condition."
    )
    decided_on: Mapped[date] = declared_column(
        Day(), FieldClass.BASIC, "The day of the person's decision, today by default."
    )


class HeardAdvice(Record):
    """Intake's read model of legal's advice: the phase and status of each recorded advice."""

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

    id: Mapped[UUID] = declared_column(Reference(), FieldClass.BASIC, "The step.", primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    stage: Mapped[str] = declared_column(
        Code(codes("identification_stage")), FieldClass.BASIC, "The stage of the path.", example="referred"
    )
    outcome: Mapped[str | None] = declared_column(
        nullable(Code(codes("decision_outcome"))), FieldClass.BASIC, "The outcome of a decision; null for other steps."
    )
    authority: Mapped[str | None] = declared_column(
        nullable(Code(codes("authority"))),
        FieldClass.BASIC,
        "Before which authority; null: not known.",
        example="GB.SCA",
    )
    occurred_on: Mapped[str | None] = declared_column(
        nullable(PartialDay()), FieldClass.BASIC, "When it happened, perhaps to the month or year; null: not known."
    )
    received_on: Mapped[date] = declared_column(
        Day(), FieldClass.BASIC, "The day on which it was heard of here, today by default."
    )
    made_elsewhere: Mapped[bool] = declared_column(
        Flag(), FieldClass.BASIC, "Whether another organisation took the step."
    )
    basis: Mapped[str | None] = declared_column(
        nullable(Code(codes("consent_basis"))),
        FieldClass.BASIC,
        "The basis of our own step, if consent matters.",
    )
    #: Null for records from before it was asked.
    happened: Mapped[str | None] = declared_column(
        nullable(Moment()),
        FieldClass.BASIC,
        "When it happened, as exactly as is known: an instant, a day, a month, a year, or `unknown`.",
        example="2026-03-02T15:40:00+00:00",
    )
    learnt: Mapped[str | None] = declared_column(
        nullable(Moment()), FieldClass.BASIC, "When it was heard of here, to the instant or the day."
    )
    about: Mapped[UUID | None] = declared_column(
        nullable(Reference()),
        FieldClass.BASIC,
        "The step that it answers: of a decision the referral, of a reconsideration the decision.",
    )
    dublin: Mapped[str | None] = declared_column(
        nullable(Code(codes("yes_no_unknown"))),
        FieldClass.BASIC,
        "Whether another state is to examine a claim for asylum; null: not said.",
        category="immigration",
    )
    foreigner: Mapped[str | None] = declared_column(
        nullable(Code(codes("yes_no_unknown"))),
        FieldClass.BASIC,
        "Whether the person is neither a citizen nor, by the law, treated as one; null: not said.",
        category="identity",
    )


class StepCorrection(OfCase, Record):
    """The correction of a step that was recorded wrongly. The step stays stored as invalid."""

    __tablename__ = "step_corrections"
    __table_args__ = (UniqueConstraint("step"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    step: Mapped[UUID]
    reason: Mapped[str] = declared_column(
        Code(codes("step_correction_reason")), FieldClass.BASIC, "Why the step counts no more."
    )
    corrected_on: Mapped[date] = declared_column(
        Day(), FieldClass.BASIC, "The day on which it was found to be recorded wrongly."
    )
    by: Mapped[UUID]


class FirstResponder(OfCase, RecordedFact, Record):
    """A request to a body to submit the case to the authority, and its answer."""

    __tablename__ = "first_responders"
    __table_args__ = (CheckConstraint("state in ('asked', 'accepted', 'declined')", name="state"),)

    id: Mapped[UUID] = declared_column(
        Reference(), FieldClass.BASIC, "The request to a first responder.", primary_key=True, default=new_id
    )
    body: Mapped[str] = declared_column(
        Code(codes("first_responder")), FieldClass.BASIC, "Which body is asked.", example="police"
    )
    state: Mapped[str] = declared_column(
        Code(("asked", "accepted", "declined")), FieldClass.BASIC, "How far the request is."
    )
    reason: Mapped[str | None] = declared_column(
        nullable(Code(codes("first_responder_refusal"))), FieldClass.BASIC, "Why it declined."
    )
    asked_on: Mapped[date] = declared_column(Day(), FieldClass.BASIC, "The day on which it was asked.")
    answered_on: Mapped[date | None] = declared_column(
        nullable(Day()), FieldClass.BASIC, "The day on which it answered."
    )
    #: The view shows these four with the declarations of `happened`, `learnt`, `recorded_at` and `recorded_by`.
    answer_happened: Mapped[str | None]
    answer_learnt: Mapped[str | None]
    answer_recorded_at: Mapped[datetime | None]
    answer_recorded_by: Mapped[UUID | None]


Index("first_responders_alike_index", FirstResponder.case_id, postgresql_where=FirstResponder.alike.is_not(None))


class Notification(OfCase, RecordedFact, Record):
    """A report by a body under the duty to notify, as it was sent: codes that do not identify a person."""

    __tablename__ = "notifications"

    id: Mapped[UUID] = declared_column(Reference(), FieldClass.ACCOUNT, "The report.", primary_key=True, default=new_id)
    body: Mapped[str] = declared_column(
        Code(identifier=Identifier.PUBLIC_BODY),
        FieldClass.ACCOUNT,
        "The body under the duty, as the profile names it.",
        example="police",
    )
    receiver: Mapped[str | None] = declared_column(
        nullable(Code(identifier=Identifier.PUBLIC_BODY)),
        FieldClass.ACCOUNT,
        "The body that receives reports there; null: there are several.",
        example="NL.COMENSHA",
    )
    told: Mapped[dict[str, str | list[str]]] = mapped_column(JSONB)
    reported_on: Mapped[date] = declared_column(Day(), FieldClass.ACCOUNT, "The day on which it was reported.")


Index("notifications_alike_index", Notification.case_id, postgresql_where=Notification.alike.is_not(None))
