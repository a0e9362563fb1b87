"""Events about the duty to notify."""

from marshmallow import Schema

from services.intake.path.notification.models import Notification
from services.intake.path.notification.schemas import ANONYMOUS
from shared.access.declarations import field_of
from shared.events.audience import inside
from shared.events.contract import EventType


class DutyToNotifyMet(Schema):
    """A body under the duty has reported. No event contains the report."""

    body = field_of(Notification.body)
    receiver = field_of(Notification.receiver)
    anonymous = ANONYMOUS
    reported_on = field_of(Notification.reported_on)


EVENTS = (
    EventType(
        "duty_to_notify.met",
        DutyToNotifyMet,
        "entry",
        "A body under the duty to notify reported a person who does not enter the mechanism, without their name.",
        audience=inside("Known outside, it would say whose report without a name it was."),
    ),
)
