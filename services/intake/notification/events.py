"""Events about the duty to notify."""

from marshmallow import Schema

from services.intake.notification import schemas
from shared.events.audience import inside
from shared.events.contract import EventType


class DutyToNotifyMet(Schema):
    """A body under the duty has reported; what it reported is in no event."""

    body = schemas.BODY
    receiver = schemas.RECEIVER
    anonymous = schemas.ANONYMOUS
    reported_on = schemas.REPORTED_ON


EVENTS = (
    EventType(
        "duty_to_notify.met",
        DutyToNotifyMet,
        "entry",
        "A body under the duty to notify reported a person who does not enter the mechanism, without their name.",
        audience=inside("Known outside, it would say whose report without a name it was."),
    ),
)
