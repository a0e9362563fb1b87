"""Apply events of another service at one service, as its follower does: projections first, then reactions."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

from shared.events.contract import Received
from shared.events.envelope import Event
from shared.exchange.eventlog import ORIGIN, Origin
from tests.kit.builders import an_event
from tests.kit.harness import Harness

#: An event's name and data, as recorded by its source.
Told = tuple[str, dict[str, Any]]


def event_of(case: UUID, told: Told, position: int = 1) -> Event:
    """Return an announcement as an event of a case."""
    name, data = told
    return an_event(id=uuid4(), name=name, subject=case, position=position, data=data)


def hear(service: Harness, *told: Told, case: UUID | None = None) -> None:
    """Apply announcements of intake about a case, in one batch."""
    subject = case or service.case
    apply(service, [event_of(subject, each, place) for place, each in enumerate(told, start=1)])


def apply(service: Harness, events: Iterable[Event]) -> None:
    """Apply events in one transaction."""
    following = service.parts.following
    opened = [following.reads.open(event) for event in events]
    received = [each for each in opened if each is not None]
    with service.database.transaction(ORIGIN.holding(Origin(following.emits))) as session:
        for projection in following.projections:
            mine = [each for each in received if each.key in projection.reads]
            if mine:
                projection.project(session, mine)
        for each in received:
            for reaction in _reactions(service, each):
                reaction.act(session, each)


def _reactions(service: Harness, received: Received) -> list[Any]:
    return [reaction for reaction in service.parts.following.reactions if reaction.on == received.key]
