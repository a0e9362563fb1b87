"""Reconsiderations: their fields, each declared once, and what is asked and shown of them."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar
from uuid import UUID

from shared.access.declarations import ID, declare, nullable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import View
from shared.casework.corrections import REVISION, TAKEN_BACK_AT, Correct
from shared.events.contract import Code, Day, Flag, Reference
from shared.http import Command, optional, required
from shared.reference import codes

STAGE = declare(Code(codes("identification_stage")), FieldClass.BASIC, "The negative decision that it is about.")
GROUND = declare(Code(codes("reconsideration_ground")), FieldClass.BASIC, "Why it is to be looked at again.")
REQUESTED_ON = declare(Day(), FieldClass.BASIC, "The day of the request, today by default.")
ABOUT = declare(
    nullable(Reference()),
    FieldClass.BASIC,
    "The fact of the decision that is to be looked at again; may be left out where it can be only one.",
)
LATE = declare(Flag(), FieldClass.BASIC, "Whether the window had passed.")


class RequestReconsideration(Command):
    """A negative decision is to be looked at again."""

    stage: str = required(STAGE)
    ground: str = required(GROUND)
    requested_on: date | None = optional(REQUESTED_ON, default=None)
    about: UUID | None = optional(ABOUT, default=None)


class CorrectReconsideration(Correct):
    """What is so instead; what is left out, or null, stays."""

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_date", "requested_on": "2026-03-02"}

    stage: str | None = optional(or_null(STAGE), default=None)
    ground: str | None = optional(or_null(GROUND), default=None)
    requested_on: date | None = optional(or_null(REQUESTED_ON), default=None)
    about: UUID | None = optional(ABOUT, default=None)


class Reconsideration(View):
    """A request as the legal file shows it."""

    id = ID
    stage = STAGE
    ground = GROUND
    requested_on = REQUESTED_ON
    about = ABOUT
    late = LATE
    revision = REVISION
    taken_back_at = TAKEN_BACK_AT
