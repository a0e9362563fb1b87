"""The event that a staff member takes an item: intake adds them to the team."""

from marshmallow import Schema

from services.support.overview.waiting import schemas
from shared.access.declarations import declare
from shared.events.audience import inside
from shared.events.contract import Code, EventType, Reference
from shared.reference import codes


class WaitingTaken(Schema):
    """A staff member takes a request that waits, and asks to join the team in a role."""

    item = declare(Reference(), None, "The item of the waiting list.")
    member = schemas.MEMBER
    role = declare(Code(codes("staff_role")), None, "The role in the team.")


EVENTS = (
    EventType(
        "waiting.taken",
        WaitingTaken,
        "team",
        "A staff member takes a request that waits, and joins the team.",
        audience=inside("It is about staff, whom no agency knows by an id."),
    ),
)
