"""The events about certain conflicts of interest: that one waits for a decision, waits too long, or was decided."""

from typing import Final

from marshmallow import Schema

from shared.access.declarations import declare
from shared.access.permissions import FieldClass
from shared.events.audience import inside
from shared.events.contract import Day, EventType, Reference

_CONFLICT: Final = declare(Reference(), FieldClass.PRIVILEGED, "The check that found it; it names no matter.")


class ConflictFound(Schema):
    """A check found that the client of a matter is the opponent in another. It names neither matter nor person."""

    conflict = _CONFLICT
    found_on = declare(Day(), FieldClass.PRIVILEGED, "The day on which it was found.")
    decide_by = declare(Day(), FieldClass.PRIVILEGED, "The day by which a supervisor decides it.")


class ConflictStated(Schema):
    """The conflict of an event."""

    conflict = _CONFLICT


_OF_SUPERVISORS: Final = inside(
    "Supervisors decide conflicts of interest. The event would reveal that there is a matter."
)
EVENTS = (
    EventType(
        "conflict.found",
        ConflictFound,
        "justice",
        "A certain conflict of interest waits for a supervisor's decision.",
        audience=_OF_SUPERVISORS,
    ),
    EventType(
        "conflict.escalated",
        ConflictStated,
        "justice",
        "A certain conflict of interest was not decided in time.",
        audience=_OF_SUPERVISORS,
    ),
    EventType(
        "conflict.decided",
        ConflictStated,
        "justice",
        "A supervisor decided on a certain conflict of interest.",
        audience=_OF_SUPERVISORS,
    ),
)
