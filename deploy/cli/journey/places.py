"""An event's place on a person's path, as its producer declares it."""

import importlib
from functools import cache

from shared.events.contract import Emits


def place_of(service: str, name: str) -> str:
    """Return the event's place; empty for an event that this release does not know."""
    return _places(service).get(name, "")


@cache
def _places(service: str) -> dict[str, str]:
    try:
        declared = importlib.import_module(f"services.{service}.events")
    except ModuleNotFoundError:  # a service that another release runs
        return {}
    contracts = [contract for contract in vars(declared).values() if isinstance(contract, Emits)]
    return {event.name: event.place for emits in contracts for event in emits}
