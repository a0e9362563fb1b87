"""The command and the view of a subscription. Most fields are declared on their columns (`models`)."""

from collections.abc import Mapping
from typing import ClassVar, Final, cast

from marshmallow import fields, validate

from services.partners.streams.subscription import models
from services.partners.streams.subscription.models import END, LONGEST
from services.partners.streams.subscription.rules import EVERYTHING, FULL
from shared.access.declarations import declare
from shared.access.views import View
from shared.events.contract import Count, Flag
from shared.events.kinds import BoundedList
from shared.http import Command, optional
from shared.reference import codes

_VERSION: Final = validate.Regexp(r"^[a-z]{2,20}\.[a-z_]{2,30}\.[a-z_]{2,30}\.v[1-9][0-9]{0,3}" + END)
PINNED = declare(
    cast("fields.Field[list[str]]", BoundedList(fields.String(validate=[_VERSION, LONGEST]), 100)),
    None,
    "The versions that the agency reads, of types of which there is a newer one.",
    example=["intake.referral.sent.v2"],
)
PAUSED = declare(Flag(), None, "Whether pushing is paused. The feed continues.", example=False)
VERSION = declare(Count(), None, "How often it was changed; also in the ETag.", example=1)
POSITION = declare(fields.Integer(), None, "The last position of the agency's stream.", example=42)


class Subscribe(Command):
    """Set a subscription; an omitted field includes everything that was agreed on."""

    types: list[str] | None = optional(models.Subscription.types, default=None)
    jurisdictions: list[str] | None = optional(models.Subscription.jurisdictions, default=None)
    purposes: list[str] | None = optional(models.Subscription.purposes, default=None)
    data_categories: list[str] | None = optional(models.Subscription.data_categories, default=None)
    form: str = optional(models.Subscription.form, default=FULL)
    pinned: list[str] | None = optional(PINNED, default=None)
    paused: bool = optional(PAUSED, default=False)

    sample: ClassVar[Mapping[str, object] | None] = {"types": ["*"], "form": "full"}

    @property
    def lists(self) -> dict[str, list[str]]:
        """Return the list fields; an omitted list includes all values."""
        return {
            "types": self.types or [EVERYTHING],
            "jurisdictions": self.jurisdictions or sorted(codes("jurisdiction")),
            "purposes": self.purposes or sorted(codes("consent_purpose")),
            "data_categories": self.data_categories or sorted(codes("data_category")),
        }


class ShownSubscription(View, of=models.Subscription):
    """An agency's subscription."""

    pinned = PINNED
    paused = PAUSED
