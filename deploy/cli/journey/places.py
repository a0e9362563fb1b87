"""An event's place on a person's path, as its producer declares it."""

from functools import cache

from services.registry import UnknownService, events_of


def place_of(service: str, name: str) -> str:
    """Return the event's place; empty for an event that this release does not know."""
    return _places(service).get(name, "")


@cache
def _places(service: str) -> dict[str, str]:
    try:
        emits, _ = events_of(service)
    except UnknownService:  # a service that another release runs
        return {}
    return {event.name: event.place for event in emits}
