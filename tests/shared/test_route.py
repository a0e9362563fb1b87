"""Routes of rooms are plain functions that their module adds to a service class."""

import sys
from types import ModuleType

import pytest

from shared.http import Call, Reply, route, routes_of, with_routes


def room(name: str) -> ModuleType:
    """Return a room's module `topic` with one route, `read_thing`."""
    module = ModuleType(f"services.sample.{name}.topic")

    def read_thing(_call: Call) -> Reply:
        """Return a thing."""
        return Reply({})

    read_thing.__module__ = module.__name__
    with pytest.MonkeyPatch.context() as patch:
        # A route reads the docstring and the name of its module.
        patch.setitem(sys.modules, module.__name__, module)
        module.read_thing = route("GET", f"/v1/{name}", action=f"{name}.read")(read_thing)  # type: ignore[attr-defined]
    return module


def test_a_service_has_the_routes_of_its_rooms_by_topic() -> None:
    service = with_routes([(room("advice"), ())])(type("Sample", (), {}))
    assert [(found.name, found.topic, found.path) for found in routes_of(service)] == [
        ("read_thing", "advice", "/v1/advice")
    ]


def test_two_routes_of_one_name_are_refused_since_the_second_would_hide_the_first() -> None:
    with pytest.raises(ValueError, match="read_thing"):
        with_routes([(room("advice"), ()), (room("matter"), ())])(type("Sample", (), {}))
