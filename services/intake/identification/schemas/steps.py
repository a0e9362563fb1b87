"""Steps on the official path, and the decision to enter it: their fields, each declared once; what is shown of them."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar
from uuid import UUID

from marshmallow import ValidationError

from services.intake.fact.schemas import learnt_field
from shared.access.declarations import ID, declare, nullable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import Copied, View, parts
from shared.events.contract import Code, Day, Flag, Moment, PartialDay, Reference
from shared.http import Command, optional, required
from shared.reference import codes

DECISION = declare(Code(codes("entry_decision")), FieldClass.BASIC, "Whether to enter the official mechanism.")
ADVICE = declare(Code(codes("advice_status")), FieldClass.BASIC, "How the person was advised before; no condition.")
ADVISED_BEFORE = declare(Flag(), FieldClass.BASIC, "Whether advice was given before, as far as is known here.")
DECIDED_ON = declare(Day(), FieldClass.BASIC, "The day of the person's decision, today by default.")

STEP = declare(Reference(), FieldClass.BASIC, "The step.")
JURISDICTION = declare(Code(codes("jurisdiction")), FieldClass.BASIC, "Whose law the case is under.")
STAGE = declare(Code(codes("identification_stage")), FieldClass.BASIC, "The stage of the path.", example="referred")
OUTCOME = declare(Code(codes("decision_outcome")), FieldClass.BASIC, "What was decided; only a decision has one.")
AUTHORITY = declare(
    nullable(Code(codes("authority"))), FieldClass.BASIC, "Before which authority; null: not known.", example="GB.SCA"
)
OCCURRED_ON = declare(
    nullable(PartialDay()), FieldClass.BASIC, "When it happened, perhaps to the month or year; null: not known."
)
RECEIVED_ON = declare(Day(), FieldClass.BASIC, "The day on which it was heard of here, today by default.")
MADE_ELSEWHERE = declare(Flag(), FieldClass.BASIC, "Whether somebody else took it, not this team.")
CAN_DECIDE = declare(Flag(), FieldClass.BASIC, "False for an adult who can't decide, on whose behalf it is done.")
BASIS = declare(
    nullable(Code(codes("consent_basis"))),
    FieldClass.BASIC,
    "What a step of our own rests on, where consent is a question.",
)
RECONSIDERED = declare(
    nullable(Code(codes("identification_stage"))), FieldClass.BASIC, "The stage whose negative decision it replaces."
)
CORRECTION_REASON = declare(Code(codes("step_correction_reason")), FieldClass.BASIC, "Why the step counts no more.")
CORRECTED_ON = declare(Day(), FieldClass.BASIC, "The day on which it was found to be recorded wrongly.")

HAPPENED = declare(
    nullable(Moment()),
    FieldClass.BASIC,
    "When it happened, as exactly as is known: an instant, a day, a month, a year, or `unknown`.",
    example="2026-03-02T15:40:00+00:00",
)
LEARNT = declare(nullable(Moment()), FieldClass.BASIC, "When it was heard of here, to the instant or the day.")
DECIDED_BY = declare(
    nullable(Code(codes("authority"))), FieldClass.BASIC, "Who decided, or took it; the same as authority."
)
STEP_ABOUT = declare(
    nullable(Reference()),
    FieldClass.BASIC,
    "The step that it answers: of a decision the referral, of a reconsideration the decision.",
)
DUBLIN = declare(
    nullable(Code(codes("yes_no_unknown"))),
    FieldClass.BASIC,
    "Whether another state is to examine a claim for asylum; null: not said.",
    category="immigration",
)
FOREIGNER = declare(
    nullable(Code(codes("yes_no_unknown"))),
    FieldClass.BASIC,
    "Whether the person is neither a citizen nor, by the law, treated as one; null: not said.",
    category="identity",
)
STATUS = declare(
    Code(codes("identification_status")),
    FieldClass.BASIC,
    "How far the case is on the official path, by what is known; help does not hang on it.",
    example="referred",
)


class DecideEntry(Command):
    """Whether to enter the official mechanism, and how the person was advised before."""

    decision: str = required(DECISION)
    advice: str = required(ADVICE)
    decided_on: date | None = optional(DECIDED_ON, default=None)


class RecordStep(Command):
    """A step on the official path. `can_decide`: false for an adult who can't decide, on whose behalf it is taken."""

    sample: ClassVar[Mapping[str, object]] = {"stage": "referred", "occurred_on": "2026-03", "made_elsewhere": True}

    stage: str = required(STAGE)
    outcome: str | None = optional(or_null(OUTCOME), default=None)
    authority: str | None = optional(AUTHORITY, default=None)
    occurred_on: str | None = optional(OCCURRED_ON, default=None)
    received_on: date | None = optional(RECEIVED_ON, default=None)
    made_elsewhere: bool = optional(MADE_ELSEWHERE, default=False)
    can_decide: bool = optional(CAN_DECIDE, default=True)
    happened: str | None = optional(HAPPENED, default=None)
    learnt: str | None = optional(learnt_field(), default=None)
    decided_by: str | None = optional(DECIDED_BY, default=None)
    about: UUID | None = optional(STEP_ABOUT, default=None)
    dublin: str | None = optional(DUBLIN, default=None)
    foreigner: str | None = optional(FOREIGNER, default=None)

    def __post_init__(self) -> None:
        """Refuse two different authorities."""
        if None not in (self.authority, self.decided_by) and self.authority != self.decided_by:
            raise ValidationError("is another one than authority; leave one out", "decided_by")


class CorrectStep(Command):
    """A step was recorded wrongly."""

    reason: str = required(CORRECTION_REASON)


class EntryDecision(View):
    """A decision of the person about the official mechanism."""

    id = ID
    decision = DECISION
    advice = ADVICE
    decided_on = DECIDED_ON


class IdentificationStep(View):
    """A step as the case shows it, also one that counts no more."""

    id = STEP
    stage = STAGE
    outcome = or_null(OUTCOME)
    authority = AUTHORITY
    occurred_on = OCCURRED_ON
    received_on = RECEIVED_ON
    made_elsewhere = MADE_ELSEWHERE
    basis = BASIS
    happened = HAPPENED
    learnt = LEARNT
    about = STEP_ABOUT
    dublin = DUBLIN
    foreigner = FOREIGNER
    corrected_on = or_null(CORRECTED_ON)
    corrected_because = or_null(CORRECTION_REASON)


ENTRY_DECISIONS = parts(EntryDecision, Copied("entry_decision"))
IDENTIFICATION = parts(IdentificationStep, Copied("identification"))
