"""Topics: the declarations of each topic package of a service, and what the service derives from all of them.

    # topic.py of a room
    TOPIC: Final = Topic(__name__, routes=(post(...), get(...)), access=rules.ACCESS, events=events.EVENTS)

    # service.py, the only place that names the topic
    TOPICS: Final = Topics((CASE_FILE, CALENDAR, OUTCOME), (HEARING, PROCEEDING, PROTECTION), ..., (ADVICE, ..., CASE))

`Topics` lists the topics by layer, the top layer first. Each layer is one group of topics: a folder. A topic uses only
topics that are listed after it. `tests/architecture/test_rooms.py` checks this.
"""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from itertools import chain
from typing import Any, Final, TypeVar

from shared.access.permissions import Need
from shared.deadlines.timers import Handlers
from shared.events.contract import EventType, Read
from shared.exchange.follower import Projection, Reaction
from shared.http.binding import Bound, with_routes
from shared.runtime.expiry import Expiring
from shared.runtime.hooks import Follower, Hook, assemble
from shared.runtime.process import LoopOf
from shared.store.measuring import Measure

Served = TypeVar("Served")
_Value = TypeVar("_Value")


class DeclaredTwice(ValueError):
    """Two topics of a service declare the same thing. Raised at import."""


@dataclass(frozen=True)
class Topic:
    """The declarations of a topic. `module` is the module of its routes: the handlers that it defines are served too.

    `access` is the topic's part of the access table. `reads`, `projections` and `reactions` are about events of other
    services, `events` about its own. `hooks` are those that the topic announces, and `on_hooks` handles the hooks of
    topics below. `timers` handle due timers, `loops` run next to the requests. `expiring` rows are deleted when they
    expire, `measures` count rows for metrics.
    """

    module: str
    _: KW_ONLY
    routes: tuple[Bound, ...] = ()
    access: Mapping[str, Mapping[str, Need]] = field(default_factory=dict)
    events: tuple[EventType, ...] = ()
    reads: tuple[Read, ...] = ()
    projections: tuple[Projection, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    hooks: tuple[Hook[Any], ...] = ()
    on_hooks: tuple[Follower, ...] = ()
    timers: Handlers = field(default_factory=dict)
    loops: tuple[LoopOf, ...] = ()
    expiring: tuple[Expiring, ...] = ()
    measures: tuple[Measure, ...] = ()

    @property
    def room(self) -> str:
        """Return the name of the room: `hearing` of `services.legal.court.hearing.topic`."""
        return self.module.split(".")[-2]

    @property
    def group(self) -> str:
        """Return the folder of its group: `facts` of `services.intake.facts.person.topic`."""
        return ".".join(self.module.split(".")[2:-2])


class Topics:
    """The topics of a service in order, and what follows from all of them."""

    def __init__(self, *floors: tuple[Topic, ...]) -> None:
        """Collect what the topics declare, and assemble their hooks.

        Raises `DeclaredTwice` for a topic, an action or a timer, and `HookMisused`.
        """
        self.floors: Final = floors
        self._topics: Final = _once("topic", ({topic.module: topic} for topic in chain.from_iterable(floors)))
        topics: Final = tuple(self._topics.values())
        self.access: Final = _once("action", (topic.access for topic in topics))
        self.timers: Final = _once("timer", (topic.timers for topic in topics))
        self.events: Final = tuple(each for topic in topics for each in topic.events)
        self.reads: Final = tuple(each for topic in topics for each in topic.reads)
        #: From the bottom up: lower topics store what an event says before higher topics do.
        self.projections: Final = tuple(each for topic in reversed(topics) for each in topic.projections)
        #: From the top down: of several reactions to one event, that of the highest topic comes first.
        self.reactions: Final = tuple(each for topic in topics for each in topic.reactions)
        self.loops: Final = tuple(each for topic in topics for each in topic.loops)
        self.expiring: Final = tuple(each for topic in topics for each in topic.expiring)
        self.measures: Final = tuple(each for topic in topics for each in topic.measures)
        # From the bottom up, as projections.
        assemble(
            (hook for topic in topics for hook in topic.hooks),
            (follower for topic in reversed(topics) for follower in topic.on_hooks),
        )

    def serve(self, service_class: type[Served]) -> type[Served]:
        """Add the routes of all topics to a service class. Raises `ValueError` for two routes of one name."""
        rooms = ((sys.modules[module], topic.routes) for module, topic in self._topics.items())
        return with_routes(rooms)(service_class)


def _once(what: str, declared: Iterable[Mapping[str, _Value]]) -> dict[str, _Value]:
    """Return all entries in one mapping. Raises `DeclaredTwice`."""
    entries: dict[str, _Value] = {}
    for mapping in declared:
        twice = sorted(entries.keys() & mapping.keys())
        if twice:
            raise DeclaredTwice(f"the {what} {', '.join(twice)} is declared twice")
        entries.update(mapping)
    return entries
