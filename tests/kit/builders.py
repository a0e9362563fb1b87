"""Builders with valid defaults: a test states only the values that matter."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from shared.events.envelope import Event

EPOCH = UUID("0192f000-0000-7000-8000-000000000001")


def an_event(**different: Any) -> Event:
    """Return an event of a fictitious case, as intake publishes it."""
    usual: dict[str, Any] = {
        "id": uuid4(),
        "source": "intake",
        "name": "contact.opened",
        "version": 1,
        "subject": uuid4(),
        "time": datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
        "position": 1,
        "epoch": EPOCH,
        "correlation": uuid4(),
        "data": {},
    }
    return Event(**{**usual, **different})
