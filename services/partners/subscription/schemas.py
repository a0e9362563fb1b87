"""Fields of a subscription, each declared once; the body that changes it, and what is shown of it."""

from collections.abc import Mapping
from typing import ClassVar, Final, cast

from marshmallow import fields, validate

from services.partners.subscription.rules import EVERYTHING, FULL
from shared.access.declarations import declare
from shared.access.views import View
from shared.events.bounded import BoundedList
from shared.events.contract import Code, Codes, Count, Flag, Instant, Reference
from shared.http import Command, optional
from shared.reference import codes

#: The end of a text, as Python and JSON Schema both read it: `$` alone has a line's end behind it in Python.
_END: Final = r"$(?!\n)"
#: A type by source, noun and verb, each of which may be `*`: `intake.referral.*`.
_PATTERN: Final = validate.Regexp(r"^(\*|[a-z]{2,20}\.(\*|[a-z_]{2,30}\.(\*|[a-z_]{2,30})))" + _END)
_VERSION: Final = validate.Regexp(r"^[a-z]{2,20}\.[a-z_]{2,30}\.[a-z_]{2,30}\.v[1-9][0-9]{0,3}" + _END)
_LONGEST: Final = validate.Length(1, 100)
AGENCY = declare(Reference(), None, "The agency, by its id in the register.")
TYPES = declare(
    cast("fields.Field[list[str]]", BoundedList(fields.String(validate=[_PATTERN, _LONGEST]), 100, least=1)),
    None,
    "Types of events, by name without a version; `*` stands for all, or for all of a noun or a source.",
    example=["intake.referral.*", "intake.consent.*"],
)
JURISDICTIONS = declare(Codes(codes("jurisdiction")), None, "Of cases under whose law.", example=["NL"])
PURPOSES = declare(
    Codes(codes("consent_purpose")),
    None,
    "For what the agency hears of people: grounds for another purpose open nothing to it.",
    example=["referral_for_support"],
)
DATA_CATEGORIES = declare(
    Codes(codes("data_category")), None, "Which data it wants at most; less is not asked for.", example=["contact_safe"]
)
FORM = declare(
    Code(codes("subscription_form")),
    None,
    "`full`: the event with its data; `thin`: that something happened, details by `GET /v1/events/<id>`.",
)
PINNED = declare(
    cast("fields.Field[list[str]]", BoundedList(fields.String(validate=[_VERSION, _LONGEST]), 100)),
    None,
    "The versions that the agency reads, of types of which there is a newer one.",
    example=["intake.referral.sent.v2"],
)
PAUSED = declare(Flag(), None, "Whether nothing is pushed for now; the feed goes on.", example=False)
CHANGED_AT = declare(Instant(), None, "When it was changed last.")
VERSION = declare(Count(), None, "How often it was changed; also in the ETag.", example=1)
POSITION = declare(fields.Integer(), None, "The last position of the agency's stream.", example=42)


class Subscribe(Command):
    """What an agency hears of; what is left out is everything that was agreed on."""

    types: list[str] | None = optional(TYPES, default=None)
    jurisdictions: list[str] | None = optional(JURISDICTIONS, default=None)
    purposes: list[str] | None = optional(PURPOSES, default=None)
    data_categories: list[str] | None = optional(DATA_CATEGORIES, default=None)
    form: str = optional(FORM, default=FULL)
    pinned: list[str] | None = optional(PINNED, default=None)
    paused: bool = optional(PAUSED, default=False)

    sample: ClassVar[Mapping[str, object] | None] = {"types": ["*"], "form": "full"}

    @property
    def lists(self) -> dict[str, list[str]]:
        """Return what is asked for by lists, each whole where it was left out."""
        return {
            "types": self.types or [EVERYTHING],
            "jurisdictions": self.jurisdictions or sorted(codes("jurisdiction")),
            "purposes": self.purposes or sorted(codes("consent_purpose")),
            "data_categories": self.data_categories or sorted(codes("data_category")),
        }


class ShownSubscription(View):
    """What an agency hears of, and how far its stream is."""

    agency = AGENCY
    types = TYPES
    jurisdictions = JURISDICTIONS
    purposes = PURPOSES
    data_categories = DATA_CATEGORIES
    form = FORM
    pinned = PINNED
    paused = PAUSED
    changed_at = CHANGED_AT
