"""The commands and views of protections. Most fields are declared on their columns (`models`)."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from services.legal.court.protection.models import Protection, ProtectionStep
from services.legal.matters.matter_file.models import OURS
from shared.access.declarations import declare, nullable, or_null
from shared.access.views import CaseView, View, parts
from shared.casework.corrections import Correct
from shared.events.contract import Code
from shared.http import Command, optional, required
from shared.reference import codes


class RecordProtection(Command):
    """Record a protection that the person may have."""

    kind: str = required(Protection.kind)
    basis: str = required(Protection.basis)
    offence: str | None = optional(Protection.offence, default=None)
    acted_on: str | None = optional(Protection.acted_on, default=None)
    age_at_act: str | None = optional(Protection.age_at_act, default=None)


class RecordProtectionStep(Command):
    """Record a step of a protection."""

    step: str = required(ProtectionStep.step)
    until: date | None = optional(ProtectionStep.until, default=None)
    merits: str | None = optional(ProtectionStep.merits, default=None)
    happened_on: date | None = optional(ProtectionStep.happened_on, default=None)


class CorrectProtection(Correct):
    """Correct a protection; omitted or null fields stay unchanged."""

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_code", "basis": "NL.REFLECTION"}

    basis: str | None = optional(or_null(Protection.basis), default=None)
    offence: str | None = optional(Protection.offence, default=None)
    acted_on: str | None = optional(Protection.acted_on, default=None)
    age_at_act: str | None = optional(Protection.age_at_act, default=None)


class CorrectProtectionStep(Correct):
    """Correct the step, its day or its last day."""

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_date", "happened_on": "2026-03-02"}

    step: str | None = optional(or_null(ProtectionStep.step), default=None)
    until: date | None = optional(ProtectionStep.until, default=None)
    merits: str | None = optional(ProtectionStep.merits, default=None)
    happened_on: date | None = optional(or_null(ProtectionStep.happened_on), default=None)


class StepOfProtection(View, of=ProtectionStep):
    """A step of a protection on a day."""


class ShownProtection(View, of=Protection):
    """A protection and its current state."""

    state = declare(nullable(Code(codes("protection_step"))), OURS, "Where it stands; null: nothing was done yet.")
    until = ProtectionStep.until
    steps = parts(StepOfProtection)


class ProtectionList(CaseView):
    """The protections of the person in a matter."""

    protections = parts(ShownProtection)
