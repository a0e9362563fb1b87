"""Withhold from a service the data of event types that it does not read.

A withheld event keeps its position and its envelope. It has the form of an erased event, so that followers of every
release pass it, and its digest agrees with the digest of the whole event.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from shared.events import published
from shared.events.envelope import ERASED, Event
from shared.exchange import digests


@dataclass(frozen=True)
class Served:
    """The events of a page as one service reads them, and the types that were withheld, as `source.name`."""

    events: Sequence[Event]
    withheld: Collection[str]


# control: H-CONFIDENTIALITY-24 feed-by-declared-types
def serve(events: Sequence[Event], service: str | None) -> Served:
    """Return events as a service reads them. `service` is None for people, from whom nothing is withheld here."""
    if service is None:
        return Served(events, ())
    reads = published.readers().get(service, frozenset())
    withheld = {_key(event) for event in events} - reads
    return Served([_emptied(event) if _key(event) in withheld else event for event in events], withheld)


def digest(event: Event, service: str | None) -> bytes:
    """Return the digest of an event as a service reads it, without the half that covers withheld data."""
    [served] = serve([event], service).events
    return digests.digest_of(served)


def _key(event: Event) -> str:
    return f"{event.source}.{event.name}"


def _emptied(event: Event) -> Event:
    return replace(event, classification=ERASED, data={}, traceparent=None)
