"""Fields of an agency's queue at the broker, each declared once, and what is shown of it."""

from typing import Final

from shared.access.declarations import declare, nullable
from shared.access.views import View
from shared.events.contract import Count, Flag, Instant, Reference
from shared.http.words import Words

LONGEST_NAME: Final = 200
AGENCY = declare(Reference(), None, "The agency; it signs in at the broker by a key's id, with the key.")
QUEUE = declare(
    Words(LONGEST_NAME),
    None,
    "The queue's name, for the agency alone.",
    example="agency.0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57.3f9c0a6be1d24785a0c94b7e12d6f8",
)
ADDRESS = declare(
    nullable(Words(LONGEST_NAME)),
    None,
    "Where agencies reach the broker; null: it is open to none.",
    example="amqps://broker.example.org:5671/agencies",
)
IS_OPEN = declare(Flag(), None, "Whether the agency has a queue, as far as it is for people to say.")
SERVES = declare(Flag(), None, "Whether anything goes into it now: it is open, and an agreement counts.")
SEQUENCE = declare(nullable(Count()), None, "The last sequence of the agency's stream that the broker confirmed.")
WAITING = declare(nullable(Count()), None, "Messages that waited for a reader when it was last looked at.")
READERS = declare(nullable(Count()), None, "Readers, when it was last looked at.")
LOOKED_AT = declare(nullable(Instant()), None, "When it was last looked at; null: not yet.")
OPENED_AT = declare(Instant(), None, "When it was opened last, or got a new name.")


class ShownQueue(View):
    """An agency's queue at the broker."""

    agency = AGENCY
    queue = QUEUE
    address = ADDRESS
    is_open = IS_OPEN
    serves = SERVES
    sequence = SEQUENCE
    waiting = WAITING
    readers = READERS
    looked_at = LOOKED_AT
    opened_at = OPENED_AT
