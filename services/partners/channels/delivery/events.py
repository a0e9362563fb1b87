"""The event by which an agency hears that one of its webhooks fell behind. It is about no case."""

from typing import Final

from marshmallow import Schema

from services.partners.channels.delivery.models import Webhook
from shared.access import agencies
from shared.access.declarations import field_of
from shared.events.audience import party
from shared.events.contract import EventType


class WebhookBehind(Schema):
    """A webhook, and its agency (the event's subject)."""

    webhook = field_of(Webhook.id)
    agency = field_of(Webhook.agency)


FELL_BEHIND: Final = EventType(
    "webhook.fell_behind",
    WebhookBehind,
    "agency",
    "A webhook of the agency has accepted nothing for an hour, and events wait for it. Read them from the feed.",
    classification=agencies.REGISTERED.classification,
    audience=party("agency"),
)
EVENTS: Final = (FELL_BEHIND,)
