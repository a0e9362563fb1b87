"""Placements: their fields, each declared once, and what is recorded and shown of them. An address has no field."""

from datetime import date
from typing import Final
from uuid import UUID

from marshmallow import fields, validate

from services.support.case.schemas import CorrectTimed, RecordView, Timed
from shared.access.declarations import declare, nullable, or_null
from shared.access.permissions import FieldClass
from shared.events.contract import Code, Day, Reference
from shared.http import Command, optional, required
from shared.reference import codes

_HEALTH: Final = FieldClass.HEALTH
_WHERE: Final = "location"

PLACEMENT = declare(Reference(), _HEALTH, "The placement.", category=_WHERE)
TYPE = declare(Code(codes("accommodation_type")), _HEALTH, "What kind of place it is.", category=_WHERE)
REGION = declare(
    nullable(
        fields.String(
            validate=[
                validate.Length(4, 6),
                validate.Regexp(r"^[A-Z]{2}-[A-Z0-9]{1,3}$(?!\n)", error="must be a region"),
            ]
        )
    ),
    _HEALTH,
    "In which region (ISO 3166-2); never an address.",
    example="NL-NH",
    category=_WHERE,
)
PROVIDER = declare(nullable(Reference()), _HEALTH, "The provider of the directory.", category=_WHERE)
OFFERED_ON = declare(Day(), _HEALTH, "The day on which it was offered, today by default.", category=_WHERE)
HELD_UNTIL = declare(nullable(Day()), _HEALTH, "Until which day the place is held.", category=_WHERE)
MOVED_IN_ON = declare(Day(), _HEALTH, "The day on which they moved in, today by default.", category=_WHERE)
ENDS_ON = declare(nullable(Day()), _HEALTH, "The last day on which they may stay; null: nobody said.", category=_WHERE)
SAFE = declare(Code(codes("said_safe")), _HEALTH, "Whether the place is safe, as the person says.", category=_WHERE)
REFUSED_BY = declare(Code(codes("placement_refuser")), _HEALTH, "Who refused.", category=_WHERE)
REFUSED_BECAUSE = declare(Code(codes("placement_refusal")), _HEALTH, "Why.", category=_WHERE)
MOVED_OUT_ON = declare(Day(), _HEALTH, "The day on which they moved out, today by default.", category=_WHERE)
EXIT = declare(Code(codes("placement_exit")), _HEALTH, "Why they moved out.", category=_WHERE)


class OfferPlacement(Timed):
    """A place that the person was offered, or where they live already."""

    accommodation_type: str = required(TYPE)
    region: str | None = optional(REGION, default=None)
    provider: UUID | None = optional(PROVIDER, default=None)
    offered_on: date | None = optional(OFFERED_ON, default=None)
    held_until: date | None = optional(HELD_UNTIL, default=None)


class RefusePlacement(Command):
    """A place that was refused, by the person or the provider; refusing one has no consequence."""

    refused_by: str = required(REFUSED_BY)
    refused_because: str = required(REFUSED_BECAUSE)


class MoveIn(Command):
    """The person moved in."""

    moved_in_on: date | None = optional(MOVED_IN_ON, default=None)
    ends_on: date | None = optional(ENDS_ON, default=None)
    safe: str = optional(SAFE, default="unknown")


class ReviewPlacement(Command):
    """How a place is now: whether it is safe, and until when they may stay; what is left out stays as it is."""

    safe: str | None = optional(SAFE, default=None)
    ends_on: date | None = optional(ENDS_ON, default=None)


class MoveOut(Command):
    """The person moved out."""

    exit_reason: str = required(EXIT)
    moved_out_on: date | None = optional(MOVED_OUT_ON, default=None)


class CorrectPlacement(CorrectTimed):
    """What is so instead; what is left out stays as it is."""

    accommodation_type: str | None = optional(TYPE, default=None)
    region: str | None = optional(REGION, default=None)
    offered_on: date | None = optional(OFFERED_ON, default=None)
    held_until: date | None = optional(HELD_UNTIL, default=None)
    moved_in_on: date | None = optional(MOVED_IN_ON, default=None)
    ends_on: date | None = optional(ENDS_ON, default=None)
    moved_out_on: date | None = optional(MOVED_OUT_ON, default=None)


class Placement(RecordView):
    """A placement as the case shows it."""

    id = PLACEMENT
    state = declare(Code(codes("placement_state")), _HEALTH, "How far it is.", category=_WHERE)
    accommodation_type = TYPE
    region = REGION
    provider = PROVIDER
    offered_on = OFFERED_ON
    held_until = HELD_UNTIL
    refused_by = or_null(REFUSED_BY)
    refused_because = or_null(REFUSED_BECAUSE)
    moved_in_on = or_null(MOVED_IN_ON)
    ends_on = ENDS_ON
    safe = SAFE
    moved_out_on = or_null(MOVED_OUT_ON)
    exit_reason = or_null(EXIT)
