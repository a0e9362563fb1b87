"""Queues of the agencies, in their own virtual host: declare, fill with confirms, and delete.

Each queue is bounded and drops its oldest message first, so that a slow agency cannot delay the others. Queues are
never purged, only deleted: a purge keeps a reader's unacknowledged messages, and the broker would redeliver them after
the reader disconnects.
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
#: Account that publishes to this virtual host.
PUBLISHER: Final = "partners"
#: Permissions of that account: declare and delete the queues, and publish to them by name. It cannot read them.
PUBLISHERS: Final = Permissions(configure=r"^agency\.", write=r"^amq\.default$", read="^$")
#: Limits of one queue. The oldest message is dropped first; the feed still has its event.
LENGTH: Final = 10_000
BYTES: Final = 8 * 1024 * 1024
DAYS: Final = 3
_ARGUMENTS: Final = {
    "x-queue-type": "quorum",
    "x-max-length": LENGTH,
    "x-max-length-bytes": BYTES,
    "x-overflow": "drop-head",
    "x-message-ttl": DAYS * 24 * 3600 * 1000,
    # Redeliver a message as often as an agency fails to process it; the default is to drop it after 20 attempts.
    "x-delivery-limit": -1,
}
#: Exclusive queue of the one publishing connection. It also blocks a new publisher while the broker still processes
#: messages from an earlier one.
_LOCK: Final = "agency.publisher"
_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class BrokerOfAgencies:
    """Connection details of the agencies' broker.

    `amqp_uri` includes the publishing account. `address` is where agencies connect; empty if agencies cannot connect.
    `sign_in` is the `host:port` of the service that authenticates agencies; if it is empty, no agency can sign in.
    """

    amqp_uri: str = field(repr=False)
    address: str = ""
    sign_in: str = ""


BROKER_OF_AGENCIES: ContextKey[BrokerOfAgencies] = ContextKey("broker of the agencies")


@dataclass(frozen=True, slots=True)
class AgencyMessage:
    """An event for an agency: the bytes that all channels send, or these encrypted, and the properties for routing."""

    id: str
    type: str | None
    body: bytes
    content_type: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Depth:
    """The number of messages waiting in a queue, and the number of its readers."""

    waiting: int
    readers: int


def uri_of_agencies(uri: str) -> str:
    """Return a broker address with the agencies' virtual host. A cluster's nodes are separated by `;`."""
    return uri.seen_as(_with_agencies) if isinstance(uri, FileAddress) else _with_agencies(uri)


def _with_agencies(uri: str) -> str:
    nodes = [urlsplit(node) for node in uri.split(";") if node]
    return ";".join(urlunsplit(node._replace(path=f"/{VHOST}")) for node in nodes)


def is_address_of_agencies(address: str) -> bool:
    """Return whether an agency can be given this address: with TLS or on this machine, and without a password."""
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 - it raises ValueError for an invalid port
    except ValueError:
        return False
    is_closed = parts.scheme == "amqps" or (parts.scheme == "amqp" and parts.hostname in _LOOPBACK)
    return is_closed and bool(parts.hostname) and parts.username is None


class AgencyQueues(Confirming):
    """The only connection that fills the agencies' queues."""

    def __init__(self, uri: str) -> None:
        """Connect to the agencies' virtual host. Raises `BrokerUnsure` while another publisher is connected."""
        super().__init__(uri, name=f"{PUBLISHER} agencies")
        self._returned = 0
        #: Queues that exist as far as this connection knows. A broker that loses one closes the connection or returns
        #: the messages for it.
        self._seen: set[str] = set()
        self.channel.events["basic_return"].add(self._came_back)
        with self._or_cut(), translated(_LOCK), self.in_time():
            self.channel.queue_declare(_LOCK, durable=False, exclusive=True, auto_delete=True)

    def declare(self, queue: str) -> bool:
        """Declare a queue; return whether it already existed."""
        if queue in self._seen:
            return True
        was_there = self.depth(queue) is not None
        with translated(queue), self.in_time():
            self.channel.queue_declare(queue, durable=True, auto_delete=False, arguments=dict(_ARGUMENTS))
        self._seen.add(queue)
        return was_there

    def delete(self, queue: str) -> None:
        """Delete a queue, including unacknowledged messages. The broker cancels its consumers."""
        with translated(queue), self.in_time():
            self.channel.queue_delete(queue)
        self._seen.discard(queue)

    def depth(self, queue: str) -> Depth | None:
        """Return the depth of a queue; None if it does not exist."""
        with translated(queue), self.in_time():
            # The broker closes the channel if the queue does not exist; the library then opens it again.
            channel = self.connection.channel()
            try:
                state = channel.queue_declare(queue, passive=True)
            except amqp.NotFound:
                self._seen.discard(queue)
                state = None
            channel.close()
        return None if state is None else Depth(state.message_count, state.consumer_count)

    def send(self, queue: str, messages: Iterable[AgencyMessage]) -> None:
        """Send messages to the broker, in order. `settle` waits for their confirms. Raises `BrokerUnsure`."""
        self._send(((_amqp_message(message), queue) for message in messages), "", mandatory=True)

    def settle(self) -> None:
        """Wait until the broker has confirmed and enqueued all messages. Raises `BrokerUnsure`."""
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
