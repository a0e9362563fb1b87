"""The commands and the view of placements. Fields are declared on their columns (`models`). An address has no field."""

from datetime import date
from uuid import UUID

from services.support.cases.case.schemas import CorrectTimed, Timed
from services.support.help.placement import models
from shared.access.declarations import not_null
from shared.access.views import View
from shared.http import Command, optional, required


class OfferPlacement(Timed):
    """Record a place that the person was offered, or where they live already."""

    accommodation_type: str = required(models.Placement.accommodation_type)
    region: str | None = optional(models.Placement.region, default=None)
    provider: UUID | None = optional(models.Placement.provider, default=None)
    offered_on: date | None = optional(models.Placement.offered_on, default=None)
    held_until: date | None = optional(models.Placement.held_until, default=None)


class RefusePlacement(Command):
    """Record that the person or the provider refused a place. A refusal has no consequence."""

    refused_by: str = required(not_null(models.Placement.refused_by))
    refused_because: str = required(not_null(models.Placement.refused_because))


class MoveIn(Command):
    """Record that the person moved in."""

    moved_in_on: date | None = optional(not_null(models.Placement.moved_in_on), default=None)
    ends_on: date | None = optional(models.Placement.ends_on, default=None)
    safe: str = optional(models.Placement.safe, default="unknown")


class ReviewPlacement(Command):
    """Record whether a place is safe, and until when the person may stay. Omitted values stay unchanged."""

    safe: str | None = optional(models.Placement.safe, default=None)
    ends_on: date | None = optional(models.Placement.ends_on, default=None)


class MoveOut(Command):
    """Record that the person moved out."""

    exit_reason: str = required(not_null(models.Placement.exit_reason))
    moved_out_on: date | None = optional(not_null(models.Placement.moved_out_on), default=None)


class CorrectPlacement(CorrectTimed):
    """Correct a placement. Omitted values stay unchanged."""

    accommodation_type: str | None = optional(models.Placement.accommodation_type, default=None)
    region: str | None = optional(models.Placement.region, default=None)
    offered_on: date | None = optional(models.Placement.offered_on, default=None)
    held_until: date | None = optional(models.Placement.held_until, default=None)
    moved_in_on: date | None = optional(not_null(models.Placement.moved_in_on), default=None)
    ends_on: date | None = optional(models.Placement.ends_on, default=None)
    moved_out_on: date | None = optional(not_null(models.Placement.moved_out_on), default=None)


class Placement(View, of=models.Placement):
    """A placement in the support file."""
