"""The view of a queue. Most fields are declared on their columns (`models`)."""

from services.partners.channels.broker_queue import models
from services.partners.channels.broker_queue.models import LONGEST_NAME
from shared.access.declarations import declare, nullable
from shared.access.views import View
from shared.events.contract import Count, Flag
from shared.http.words import Words

ADDRESS = declare(
    nullable(Words(LONGEST_NAME)),
    None,
    "Where agencies reach the broker; null: it is open to none.",
    example="amqps://broker.example.org:5671/agencies",
)
SERVES = declare(Flag(), None, "Whether anything goes into it now: it is open, and an agreement counts.")
SEQUENCE = declare(nullable(Count()), None, "The last sequence of the agency's stream that the broker confirmed.")


class ShownQueue(View, of=models.BrokerQueue):
    """An agency's queue at the broker."""

    address = ADDRESS
    serves = SERVES
    sequence = SEQUENCE
