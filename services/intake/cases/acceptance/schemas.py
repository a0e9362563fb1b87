"""The command and the view for the acceptance of an offered referral."""

from collections.abc import Mapping
from typing import ClassVar
from uuid import UUID

from services.intake.facts.case.models import Case
from shared.access.declarations import declare, nullable, or_null
from shared.access.views import View
from shared.events.contract import Reference
from shared.http import Command, optional

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
