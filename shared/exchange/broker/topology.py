"""The exchange and the queues of a service, declared in one place."""

from collections.abc import Sequence
from dataclasses import dataclass

import amqp

from shared.exchange.broker.errors import translated
from shared.exchange.broker.link import Link

#: Header that contains the proof that the source has published the message.
PROOF_HEADER = "proof"
#: Queues are bounded and drop the oldest message first: followers read the feed for dropped events.
INBOX_LENGTH = 100_000
GUARD_LENGTH = 10_000


@dataclass(frozen=True, slots=True)
class Binding:
    """A binding of a queue: a source, and a topic of its events."""

    source: str
    topic: str


def declare_source(link: Link, service: str) -> str:
    """Declare the exchange that a service publishes its events to."""
    exchange = f"{service}.events"
    with translated(exchange):
        link.channel.exchange_declare(exchange, "topic", durable=True, auto_delete=False)
    return exchange


def declare_inbox(link: Link, service: str) -> str:
    """Declare a service's inbox, for all events of each source."""
    return _declare_queue(link, f"{service}.inbox", INBOX_LENGTH)


def declare_guard(link: Link, service: str) -> str:
    """Declare the queue of priority events."""
    return _declare_queue(link, f"{service}.guard", GUARD_LENGTH)


def inbox_bindings(sources: Sequence[str]) -> list[Binding]:
    """Return the bindings of an inbox: all events of each source."""
    return [Binding(source, "#") for source in sources]


def guard_bindings(types: Sequence[str]) -> list[Binding]:
    """Return the bindings of a guard queue: every version of the priority types (`intake.team.member_removed`)."""
    parts = [event_type.partition(".") for event_type in types]
    return [Binding(source, f"{name}.*") for source, _, name in parts]


def bind(link: Link, queue: str, bindings: Sequence[Binding]) -> list[Binding]:
    """Bind a queue to the exchanges of its sources; return the bindings whose source has no exchange yet.

    Only a source declares its exchange. A follower's account does not have the permission, even if the exchange exists.
    """
    missing = []
    for binding in bindings:
        exchange = f"{binding.source}.events"
        with translated(exchange, "read"), link.in_time():
            # The broker closes the channel when it refuses a binding, so each binding uses its own channel. The library
            # then opens the channel again.
            channel = link.connection.channel()
            try:
                channel.queue_bind(queue, exchange, routing_key=binding.topic)
            except amqp.NotFound:
                missing.append(binding)
            channel.close()
    return missing


def _declare_queue(link: Link, queue: str, length: int) -> str:
    """Declare a bounded queue with a single active consumer."""
    arguments = {
        "x-queue-type": "quorum",
        "x-single-active-consumer": True,
        "x-max-length": length,
        "x-overflow": "drop-head",
        # The follower counts attempts itself; a broker that counts them drops a message after its limit.
        "x-delivery-limit": -1,
    }
    with translated(queue), link.in_time():
        link.channel.queue_declare(queue, durable=True, auto_delete=False, arguments=arguments)
    return queue
