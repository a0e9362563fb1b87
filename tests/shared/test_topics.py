"""A service has everything that its topics declare, each once, in the order of the topics."""

import sys
from collections.abc import Callable
from datetime import datetime
from types import ModuleType
from typing import Any

import pytest

from shared.access.permissions import Need
from shared.deadlines.timers import Timer
from shared.exchange.follower import Projection, Reaction
from shared.http import Call, Reply, route, routes_of
from shared.runtime.topics import DeclaredTwice, Topic, Topics

WORKERS = {"caseworker": Need.TEAM}


def module(monkeypatch: pytest.MonkeyPatch, name: str) -> ModuleType:
    """Return the module `topic` of a room, with a handler."""
    made = ModuleType(f"services.sample.{name}.topic", f"Routes for {name}.\n\nMore.")
    monkeypatch.setitem(sys.modules, made.__name__, made)

    def read(_call: Call) -> Reply:
        """Return a thing."""
        return Reply({})

    read.__name__ = f"read_{name}"
    read.__module__ = made.__name__
    setattr(made, f"read_{name}", route("GET", f"/v1/{name}", action=f"{name}.read")(read))
    return made


def topic(name: str, **declared: Any) -> Topic:
    return Topic(f"services.sample.{name}.topic", **declared)


def project(_session: object, _received: object) -> None: ...


def on_timer(_session: object, _timer: Timer, _now: datetime) -> None: ...


def whole(name: str) -> Topic:
    """Return a topic that declares one entry of each kind except routes."""
    return topic(
        name,
        access={f"{name}.read": WORKERS},
        events=(name,),
        reads=(name,),
        projections=(Projection(name, frozenset(), project),),
        reactions=(Reaction(name, f"intake.{name}.done", project),),
        timers={name: on_timer},
        loops=(name,),
        expiring=(name,),
        measures=(name,),
    )


def test_a_service_has_what_its_topics_declare_from_the_top_floor_down() -> None:
    topics: Any = Topics((whole("timeline"),), (whole("advice"), whole("matter")), (whole("case"),))
    order = ("timeline", "advice", "matter", "case")
    assert [[each.room for each in floor] for floor in topics.floors] == [["timeline"], ["advice", "matter"], ["case"]]
    assert list(topics.access) == [f"{name}.read" for name in order]
    assert (topics.events, topics.reads, topics.loops, topics.expiring, topics.measures) == (order,) * 5
    assert list(topics.timers) == list(order)
    assert tuple(each.name for each in topics.reactions) == order


def test_projections_run_from_the_bottom_floor_up() -> None:
    topics = Topics((whole("timeline"),), (whole("case"),))
    assert [each.name for each in topics.projections] == ["case", "timeline"]


def test_a_service_serves_the_routes_of_its_topics_under_the_name_of_the_room(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("advice", "matter")
    topics = Topics(tuple(Topic(module(monkeypatch, name).__name__) for name in names))
    service: type = topics.serve(type("Sample", (), {}))
    assert [(each.name, each.topic, each.about_topic) for each in routes_of(service)] == [
        (f"read_{name}", name, f"Routes for {name}.") for name in names
    ]


@pytest.mark.parametrize(
    "declare",
    [
        lambda: (topic("advice"), topic("advice")),
        lambda: (topic("advice", access={"advice.read": {}}), topic("matter", access={"advice.read": WORKERS})),
        lambda: (topic("advice", timers={"due": on_timer}), topic("matter", timers={"due": on_timer})),
    ],
    ids=["a topic", "an action", "a timer"],
)
def test_what_two_topics_declare_is_refused(declare: Callable[[], tuple[Topic, Topic]]) -> None:
    first, second = declare()
    with pytest.raises(DeclaredTwice):
        Topics((first,), (second,))
