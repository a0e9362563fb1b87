"""Commands that correct an opening, choose anonymity, change the law or accept an offer, and their views.

Most fields are declared on their columns (`models`).
"""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar, Final
from uuid import UUID

from services.intake.cases.lifecycle import models
from services.intake.facts.case.models import Case
from shared.access.declarations import declare, nullable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import Copied, View, parts
from shared.casework.corrections import Correct
from shared.events.contract import Day, Reference
from shared.http import Command, optional, required

SINCE = declare(Day(), FieldClass.BASIC, "The first day on which the law applies. Earlier periods do not change.")


class CorrectOpening(Correct):
    """The corrected values of an opening. An omitted field stays as it is. Law and age are facts, corrected as such."""

    source: str | None = optional(or_null(Case.source), default=None)
    channel: str | None = optional(or_null(Case.channel), default=None)
    language: str | None = optional(or_null(Case.language), default=None)
    opened_on: date | None = optional(or_null(Case.opened_on), default=None)


class ChooseAnonymity(Command):
    """Whether the person wants to stay without a name, and why."""

    anonymous: bool = required(models.AnonymityChoice.anonymous)
    reason: str = required(models.AnonymityChoice.reason)
    chosen_on: date | None = optional(or_null(models.AnonymityChoice.chosen_on), default=None)


class ChangeLaw(Command):
    """Another law applies from a day on."""

    jurisdiction: str = required(Case.jurisdiction)
    since: date = required(SINCE)


class AnonymityChoice(View, of=models.AnonymityChoice):
    """A person's choice of anonymity, and the reason."""


ANONYMITY_CHOICES: Final = parts(AnonymityChoice, Copied("contact"))

CASE = declare(nullable(Reference()), None, "The case that the person has; left out: one opens for them.")


class AcceptOffer(Command):
    """Accept the person into their existing case, or into a new one."""

    case: UUID | None = optional(CASE, default=None)
    channel: str | None = optional(or_null(Case.channel), default=None)
    language: str | None = optional(or_null(Case.language), default=None)
    anonymous: bool = optional(Case.anonymous, default=True)

    sample: ClassVar[Mapping[str, object] | None] = {"channel": "phone"}


class AcceptedOffer(View):
    """The case in which the referral was recorded."""

    case = declare(Reference(), None, "The case.")
