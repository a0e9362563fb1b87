"""The commands and views of claims (matters). Most fields are declared on their columns (`models`)."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar
from uuid import UUID

from services.legal.compensation.matter import models
from services.legal.compensation.matter.rules import LIMITATIONS
from shared.access.declarations import declare, not_null, or_null
from shared.access.permissions import FieldClass
from shared.access.views import View
from shared.casework.corrections import Correct
from shared.casework.fact_schemas import RECORDED_BY
from shared.events.contract import Code
from shared.http import Command, optional, required

LIMITATION = declare(
    Code(LIMITATIONS),
    FieldClass.BASIC,
    "What the claim did to the limitation. `not_met`: it was made before what the limitation is counted from, or that "
    "is not known, so the limitation stands.",
)


class OpenMatter(Command):
    """Start work towards a remedy."""

    remedy: str = required(models.Matter.remedy)
    opened_on: date | None = optional(models.Matter.opened_on, default=None)


class RecordApplication(Command):
    """Record that a claim was made."""

    applied_on: date | None = optional(not_null(models.Matter.applied_on), default=None)
    about: UUID | None = optional(models.Matter.about, default=None)


class RecordDecision(Command):
    """Record the decision on a claim."""

    outcome: str = required(not_null(models.Matter.outcome))
    amount_band: str | None = optional(models.Matter.amount_band, default=None)
    currency: str | None = optional(models.Matter.currency, default=None)
    decided_on: date | None = optional(not_null(models.Matter.decided_on), default=None)


class RecordPayment(Command):
    """Record the payment of an award."""

    paid_on: date | None = optional(not_null(models.Matter.paid_on), default=None)


class CorrectMatter(Correct):
    """Correct a matter; omitted or null fields stay unchanged.

    A correction cannot record a step that was not recorded before.
    """

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_date", "applied_on": "2026-03-02"}

    opened_on: date | None = optional(or_null(models.Matter.opened_on), default=None)
    applied_on: date | None = optional(models.Matter.applied_on, default=None)
    about: UUID | None = optional(models.Matter.about, default=None)
    outcome: str | None = optional(models.Matter.outcome, default=None)
    amount_band: str | None = optional(models.Matter.amount_band, default=None)
    currency: str | None = optional(models.Matter.currency, default=None)
    decided_on: date | None = optional(models.Matter.decided_on, default=None)
    paid_on: date | None = optional(models.Matter.paid_on, default=None)


class Matter(View, of=models.Matter):
    """A matter as the legal file shows it; steps that have not happened are null."""

    recorded_by = RECORDED_BY


class ChangedMatter(View):
    """The current status of a matter."""

    id = models.Matter.id
    status = models.Matter.status


class AppliedMatter(ChangedMatter):
    """A matter after its claim was made."""

    limitation = LIMITATION
