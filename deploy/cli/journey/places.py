"""An event's place on a person's path, as its producer declares it."""

from collections.abc import Mapping
from functools import cache

from shared.events.outside import catalogue


def place_of(service: str, name: str) -> str:
    """Return the event's place; empty for an event that this release does not know."""
    return _places().get((service, name), "")


@cache
def _places() -> Mapping[tuple[str, str], str]:
    return {(kind.service, kind.name): kind.place for kind in catalogue().values()}
