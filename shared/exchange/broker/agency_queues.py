"""The queues of the agencies, in a virtual host of their own: declared, filled with confirms, and taken away.

Each is bounded by dropping its oldest message, so that no agency ever holds anybody up. None is purged, it is deleted:
a purge leaves what a reader holds unacknowledged, and that would come back once the reader goes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import amqp

from shared.exchange.broker.errors import BrokerUnsure, translated
from shared.exchange.broker.permissions import Permissions
from shared.exchange.broker.publisher import Confirming
from shared.store.context import ContextKey
from shared.store.file_address import FileAddress

VHOST: Final = "agencies"
#: Whose account publishes there.
PUBLISHER: Final = "partners"
#: What that account may: declare and delete the queues, and publish to them by name. It reads none of them.
PUBLISHERS: Final = Permissions(configure=r"^agency\.", write=r"^amq\.default$", read="^$")
#: What one queue holds at most; the oldest goes first, and the feed has it still.
LENGTH: Final = 10_000
BYTES: Final = 8 * 1024 * 1024
DAYS: Final = 3
_ARGUMENTS: Final = {
    "x-queue-type": "quorum",
    "x-max-length": LENGTH,
    "x-max-length-bytes": BYTES,
    "x-overflow": "drop-head",
    "x-message-ttl": DAYS * 24 * 3600 * 1000,
    # An agency that fails at a message gets it again; the broker would throw it away after twenty tries.
    "x-delivery-limit": -1,
}
#: Held by the one connection that publishes: while the broker still works at what an earlier one sent, there is none.
_LOCK: Final = "agency.publisher"
_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class BrokerOfAgencies:
    """The broker as the agencies' door needs it.

    `amqp_uri`: with the account that publishes; `address`: where agencies reach it, empty where it is open to none;
    `sign_in`: where the broker asks who an agency is (host:port), empty: nowhere, and no agency comes in.
    """

    amqp_uri: str = field(repr=False)
    address: str = ""
    sign_in: str = ""


BROKER_OF_AGENCIES: ContextKey[BrokerOfAgencies] = ContextKey("broker of the agencies")


@dataclass(frozen=True, slots=True)
class AgencyMessage:
    """An event for an agency: the bytes that every channel sends, and what tools route by."""

    id: str
    type: str
    body: bytes
    content_type: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Depth:
    """How many messages wait in a queue for a reader, and how many readers there are."""

    waiting: int
    readers: int


def uri_of_agencies(uri: str) -> str:
    """Return an address of the broker (of a cluster's nodes, with ; between) with the agencies' virtual host."""
    return uri.seen_as(_with_agencies) if isinstance(uri, FileAddress) else _with_agencies(uri)


def _with_agencies(uri: str) -> str:
    nodes = [urlsplit(node) for node in uri.split(";") if node]
    return ";".join(urlunsplit(node._replace(path=f"/{VHOST}")) for node in nodes)


def is_address_of_agencies(address: str) -> bool:
    """Return whether agencies may be sent to an address: with TLS, or on this machine; never with a password in it."""
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 - it raises for one that is none
    except ValueError:
        return False
    is_closed = parts.scheme == "amqps" or (parts.scheme == "amqp" and parts.hostname in _LOOPBACK)
    return is_closed and bool(parts.hostname) and parts.username is None


class AgencyQueues(Confirming):
    """The one connection that fills the agencies' queues."""

    def __init__(self, uri: str) -> None:
        """Connect to the agencies' virtual host, alone. Raises `BrokerUnsure` while another one is still there."""
        super().__init__(uri, name=f"{PUBLISHER} agencies")
        self._returned = 0
        #: Those that were seen through this connection; a broker that loses one ends it, or returns what is sent there.
        self._seen: set[str] = set()
        self.channel.events["basic_return"].add(self._came_back)
        with self._or_cut(), translated(_LOCK), self.in_time():
            self.channel.queue_declare(_LOCK, durable=False, exclusive=True, auto_delete=True)

    def declare(self, queue: str) -> bool:
        """Have a queue; return whether it was there already."""
        if queue in self._seen:
            return True
        was_there = self.depth(queue) is not None
        with translated(queue), self.in_time():
            self.channel.queue_declare(queue, durable=True, auto_delete=False, arguments=dict(_ARGUMENTS))
        self._seen.add(queue)
        return was_there

    def delete(self, queue: str) -> None:
        """Delete a queue with all that it holds, also what a reader has not acknowledged; the reader is told."""
        with translated(queue), self.in_time():
            self.channel.queue_delete(queue)
        self._seen.discard(queue)

    def depth(self, queue: str) -> Depth | None:
        """Return how much waits in a queue; None where there is no such queue."""
        with translated(queue), self.in_time():
            # The broker closes the channel in which it finds nothing.
            channel = self.connection.channel()
            try:
                state = channel.queue_declare(queue, passive=True)
            except amqp.NotFound:
                self._seen.discard(queue)
                return None
            channel.close()
        return Depth(state.message_count, state.consumer_count)

    def send(self, queue: str, messages: Iterable[AgencyMessage]) -> None:
        """Hand messages to the broker, in order; they count once `settle` has returned. Raises `BrokerUnsure`."""
        self._send(((_amqp_message(message), queue) for message in messages), "", mandatory=True)

    def settle(self) -> None:
        """Wait until all that was sent is confirmed, and in its queue. Raises `BrokerUnsure`."""
        self._settle()
        if self._returned:
            raise BrokerUnsure("a queue is gone")

    def _came_back(self, *_which: object) -> None:
        self._returned += 1


def _amqp_message(message: AgencyMessage) -> amqp.Message:
    return amqp.Message(
        message.body,
        content_type=message.content_type,
        delivery_mode=2,
        message_id=message.id,
        type=message.type,
        application_headers=dict(message.headers),
    )
