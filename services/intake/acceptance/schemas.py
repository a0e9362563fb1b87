"""How an offered referral is accepted, and into which case."""

from collections.abc import Mapping
from typing import ClassVar
from uuid import UUID

from services.intake.case.schemas import ANONYMOUS, CHANNEL, LANGUAGE
from shared.access.declarations import declare, nullable, or_null
from shared.access.views import View
from shared.events.contract import Reference
from shared.http import Command, optional

CASE = declare(nullable(Reference()), None, "The case that the person has; left out: one opens for them.")


class AcceptOffer(Command):
    """The person is taken on: by the case that they have, or by one that opens."""

    case: UUID | None = optional(CASE, default=None)
    channel: str | None = optional(or_null(CHANNEL), default=None)
    language: str | None = optional(or_null(LANGUAGE), default=None)
    anonymous: bool = optional(ANONYMOUS, default=True)

    sample: ClassVar[Mapping[str, object] | None] = {"channel": "phone"}


class AcceptedOffer(View):
    """The case in which an offered referral is recorded now."""

    case = declare(Reference(), None, "The case.")
