"""The event about a reconsideration."""

from marshmallow import Schema

from shared.events.contract import Code, Day, EventType, Flag
from shared.reference import codes


class ReconsiderationRequested(Schema):
    """An authority was asked to look at its negative decision again; `late` notes that the window had passed."""

    stage = Code(codes("identification_stage"), required=True)
    ground = Code(codes("reconsideration_ground"), required=True)
    requested_on = Day(required=True)
    late = Flag(required=True)


EVENTS = (
    EventType(
        "reconsideration.requested",
        ReconsiderationRequested,
        "identification",
        "An authority was asked to look at a negative decision again.",
    ),
)
