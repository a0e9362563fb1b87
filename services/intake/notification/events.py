"""Events about the duty to notify."""

from marshmallow import Schema

from shared.events.contract import Code, Day, EventType, Flag


class DutyToNotifyMet(Schema):
    """A body under the duty has reported; what it reported is in no event."""

    body = Code(required=True)
    receiver = Code(required=True, allow_none=True)
    anonymous = Flag(required=True)
    reported_on = Day(required=True)


EVENTS = (
    EventType(
        "duty_to_notify.met",
        DutyToNotifyMet,
        "entry",
        "A body under the duty to notify reported a person who does not enter the mechanism, without their name.",
    ),
)
