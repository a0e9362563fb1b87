"""The event about recovery, and the consumed events about intake's clocks."""

from typing import Final

from marshmallow import Schema

from shared.access.declarations import declare
from shared.access.permissions import FieldClass
from shared.events.audience import person
from shared.events.contract import Code, Day, EventType, Flag, Read, Reference
from shared.events.openings import RECOVERY


class RecoverySupported(Schema):
    """A recovery period reached its minimum, or a correction revoked this."""

    clock = declare(Reference(), FieldClass.BASIC, "The period.")
    reached = declare(Flag(), FieldClass.BASIC, "Whether its minimum is reached.")
    support_continues = declare(Flag(), FieldClass.BASIC, "Whether support continues.")


class ClockView(Schema):
    """A period after one of its events. Events of release 0.1.0 had fewer fields."""

    clock = Reference(required=True)
    code = Code()
    kind = Code()
    due_on = Day(allow_none=True)
    other_due_on = Day(allow_none=True)
    state = Code()


EVENTS = (
    EventType(
        "recovery.supported",
        RecoverySupported,
        "support",
        "A recovery period reached its minimum. Support continues.",
        audience=person(RECOVERY),
    ),
)
#: The events that change the days or the state of a period.
CLOCKS: Final = tuple(
    f"intake.clock.{verb}"
    for verb in (
        *("started", "moved", "restated", "doubtful", "reached", "stopped", "paused", "resumed"),
        *("reopened", "rested", "woken", "withdrawn", "extended"),
    )
)
READS = tuple(Read(key, ClockView) for key in CLOCKS)
