"""The exchange and the queues of a service, declared in one place."""

from collections.abc import Sequence

from shared.exchange.broker.errors import translated
from shared.exchange.broker.link import Link

#: Bounded, with the oldest dropped first: the log heals what a queue drops.
INBOX_LENGTH = 100_000
GUARD_LENGTH = 10_000


def declare_source(link: Link, service: str) -> str:
    """Declare the exchange that a service publishes its events to."""
    exchange = f"{service}.events"
    with translated(exchange):
        link.channel.exchange_declare(exchange, "topic", durable=True, auto_delete=False)
    return exchange


def declare_inbox(link: Link, service: str, sources: Sequence[str]) -> str:
    """Declare a service's inbox: all events of each source."""
    return _declare_queue(link, f"{service}.inbox", INBOX_LENGTH, [(source, "#") for source in sources])


def declare_guard(link: Link, service: str, types: Sequence[str]) -> str:
    """Declare the queue of the types that protect (`intake.team.member_removed`), every version of each."""
    parts = [event_type.partition(".") for event_type in types]
    return _declare_queue(link, f"{service}.guard", GUARD_LENGTH, [(source, f"{name}.*") for source, _, name in parts])


def _declare_queue(link: Link, queue: str, length: int, bindings: Sequence[tuple[str, str]]) -> str:
    """Declare a queue with one active consumer, bounded, fed by (source, topic)."""
    arguments = {
        "x-queue-type": "quorum",
        "x-single-active-consumer": True,
        "x-max-length": length,
        "x-overflow": "drop-head",
        # The follower counts tries itself; a broker that counts drops what it gives up.
        "x-delivery-limit": -1,
    }
    with translated(queue), link.in_time():
        link.channel.queue_declare(queue, durable=True, auto_delete=False, arguments=arguments)
        for source, topic in bindings:
            link.channel.queue_bind(queue, declare_source(link, source), routing_key=topic)
    return queue
