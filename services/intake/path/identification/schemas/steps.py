"""The commands and views of steps on the official path, and of the decision to enter it.

Most fields are declared on their columns (`models`).
"""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar, Final
from uuid import UUID

from marshmallow import ValidationError

from services.intake.facts.fact.schemas import learnt_field
from services.intake.path.identification import models
from services.intake.path.identification.models import StepCorrection
from shared.access.declarations import declare, nullable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import Copied, View, parts
from shared.events.contract import Code, Flag
from shared.http import Command, optional, required
from shared.reference import codes

ADVISED_BEFORE = declare(Flag(), FieldClass.BASIC, "Whether advice was given before, as far as is known here.")
JURISDICTION = declare(Code(codes("jurisdiction")), FieldClass.BASIC, "Whose law the case is under.")
CAN_DECIDE = declare(Flag(), FieldClass.BASIC, "False for an adult who can't decide, on whose behalf it is done.")
RECONSIDERED = declare(
    nullable(Code(codes("identification_stage"))), FieldClass.BASIC, "The stage whose negative decision it replaces."
)
_DECIDED_BY: Final = declare(
    nullable(Code(codes("authority"))),
    FieldClass.BASIC,
    "The body that decided or took the step; the same as `authority`.",
)
STATUS = declare(
    Code(codes("identification_status")),
    FieldClass.BASIC,
    "How far the case is on the official path. Help does not depend on it.",
    example="referred",
)


class DecideEntry(Command):
    """The decision whether to enter the official mechanism, and how the person was advised before."""

    decision: str = required(models.EntryDecision.decision)
    advice: str = required(models.EntryDecision.advice)
    decided_on: date | None = optional(models.EntryDecision.decided_on, default=None)


class RecordStep(Command):
    """A step on the official path. `can_decide`: false if the step is for an adult who can't decide themselves."""

    sample: ClassVar[Mapping[str, object]] = {"stage": "referred", "occurred_on": "2026-03", "made_elsewhere": True}

    stage: str = required(models.IdentificationStep.stage)
    outcome: str | None = optional(models.IdentificationStep.outcome, default=None)
    authority: str | None = optional(models.IdentificationStep.authority, default=None)
    occurred_on: str | None = optional(models.IdentificationStep.occurred_on, default=None)
    received_on: date | None = optional(models.IdentificationStep.received_on, default=None)
    made_elsewhere: bool = optional(models.IdentificationStep.made_elsewhere, default=False)
    can_decide: bool = optional(CAN_DECIDE, default=True)
    happened: str | None = optional(models.IdentificationStep.happened, default=None)
    learnt: str | None = optional(learnt_field(), default=None)
    decided_by: str | None = optional(_DECIDED_BY, default=None)
    about: UUID | None = optional(models.IdentificationStep.about, default=None)
    dublin: str | None = optional(models.IdentificationStep.dublin, default=None)
    foreigner: str | None = optional(models.IdentificationStep.foreigner, default=None)

    def __post_init__(self) -> None:
        """Refuse two different authorities."""
        if None not in (self.authority, self.decided_by) and self.authority != self.decided_by:
            raise ValidationError("differs from authority; leave one out", "decided_by")


class CorrectStep(Command):
    """The correction of a step that was recorded wrongly."""

    reason: str = required(StepCorrection.reason)


class EntryDecision(View, of=models.EntryDecision):
    """A decision of the person about the official mechanism."""


class IdentificationStep(View, of=models.IdentificationStep):
    """A step as the case shows it, even if it is invalid."""

    corrected_on = or_null(StepCorrection.corrected_on)
    corrected_because = or_null(StepCorrection.reason)


ENTRY_DECISIONS = parts(EntryDecision, Copied("entry_decision"))
IDENTIFICATION = parts(IdentificationStep, Copied("identification"))
