"""The commands and views of proceedings. Most fields are declared on their columns (`models`)."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar
from uuid import UUID

from services.legal.court.proceeding.models import Defendant, Proceeding, ProceedingStep
from services.legal.matters.matter_file.models import OURS
from shared.access.declarations import declare, nullable, or_null
from shared.access.views import CaseView, View, parts
from shared.casework.corrections import Correct
from shared.events.contract import Code
from shared.http import Command, optional, required
from shared.reference import codes

LEAST = declare(nullable(Code(codes("prosecution_stage"))), OURS, "Where the least advanced defendant is.")
MOST = declare(nullable(Code(codes("prosecution_stage"))), OURS, "Where the most advanced defendant is.")


class RecordProceeding(Command):
    """Record proceedings."""

    kind: str = required(Proceeding.kind)
    person_role: str = required(Proceeding.person_role)
    began_on: date | None = optional(Proceeding.began_on, default=None)


class AddDefendant(Command):
    """Add a defendant."""

    charges: list[str] = required(Defendant.charges)
    party: UUID | None = optional(Defendant.party, default=None)


class RecordProceedingStep(Command):
    """Record a step of an authority or a court, about one defendant or all of the proceedings."""

    defendant: UUID | None = optional(ProceedingStep.defendant, default=None)
    stage: str | None = optional(ProceedingStep.stage, default=None)
    disposal: str | None = optional(ProceedingStep.disposal, default=None)
    review: str | None = optional(ProceedingStep.review, default=None)
    happened_on: date | None = optional(ProceedingStep.happened_on, default=None)


class WarnPerson(Command):
    """Record that the person was warned that a guilty plea can end protection, leave and support."""

    warned_on: date | None = optional(Proceeding.warned_on, default=None)


class CorrectProceeding(Correct):
    """Correct proceedings; omitted or null fields stay unchanged."""

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_date", "began_on": "2026-03-02"}

    kind: str | None = optional(or_null(Proceeding.kind), default=None)
    person_role: str | None = optional(or_null(Proceeding.person_role), default=None)
    began_on: date | None = optional(or_null(Proceeding.began_on), default=None)
    warned_on: date | None = optional(Proceeding.warned_on, default=None)


class CorrectDefendant(Correct):
    """Correct the identity or the charges of a defendant."""

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_code", "charges": ["trafficking"]}

    party: UUID | None = optional(Defendant.party, default=None)
    charges: list[str] | None = optional(or_null(Defendant.charges), default=None)


class CorrectProceedingStep(Correct):
    """Correct the result, the defendant or the day of a step."""

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_date", "happened_on": "2026-03-02"}

    defendant: UUID | None = optional(ProceedingStep.defendant, default=None)
    stage: str | None = optional(ProceedingStep.stage, default=None)
    disposal: str | None = optional(ProceedingStep.disposal, default=None)
    review: str | None = optional(ProceedingStep.review, default=None)
    happened_on: date | None = optional(or_null(ProceedingStep.happened_on), default=None)


class StepOfProceedings(View, of=ProceedingStep):
    """A step of an authority or a court."""


class ShownDefendant(View, of=Defendant):
    """A defendant, and the state of the proceedings against them."""

    stage = ProceedingStep.stage
    disposal = ProceedingStep.disposal


class ShownProceeding(View, of=Proceeding):
    """Proceedings with their defendants and steps."""

    stage = ProceedingStep.stage
    least_advanced = LEAST
    most_advanced = MOST
    defendants = parts(ShownDefendant)
    steps = parts(StepOfProceedings)


class ProceedingList(CaseView):
    """The proceedings of a matter."""

    proceedings = parts(ShownProceeding)
