"""Reconsiderations: their fields, each declared once, and what is asked and shown of them."""

from datetime import date

from shared.access.declarations import ID, declare
from shared.access.permissions import FieldClass
from shared.access.views import View
from shared.events.contract import Code, Day, Flag
from shared.http import Command, optional, required
from shared.reference import codes

STAGE = declare(Code(codes("identification_stage")), FieldClass.BASIC, "The negative decision that it is about.")
GROUND = declare(Code(codes("reconsideration_ground")), FieldClass.BASIC, "Why it is to be looked at again.")
REQUESTED_ON = declare(Day(), FieldClass.BASIC, "The day of the request, today by default.")
LATE = declare(Flag(), FieldClass.BASIC, "Whether the window had passed.")


class RequestReconsideration(Command):
    """A negative decision is to be looked at again."""

    stage: str = required(STAGE)
    ground: str = required(GROUND)
    requested_on: date | None = optional(REQUESTED_ON, default=None)


class Reconsideration(View):
    """A request as the legal file shows it."""

    id = ID
    stage = STAGE
    ground = GROUND
    requested_on = REQUESTED_ON
    late = LATE
