"""The event about recovery, and what is read of intake's clocks."""

from marshmallow import Schema

from shared.events.contract import Code, Day, EventType, Flag, Read, Reference


class RecoverySupported(Schema):
    """A recovery period reached its minimum."""

    clock = Reference(required=True)
    reached = Flag(required=True)
    support_continues = Flag(required=True)


class ClockStartedView(Schema):
    """A period that began."""

    clock = Reference(required=True)
    code = Code(required=True)
    kind = Code(required=True)
    due_on = Day(load_default=None, allow_none=True)


class ClockView(Schema):
    """A period that was reached, was stopped or runs again; which it is, was told when it started."""

    clock = Reference(required=True)


EVENTS = (
    EventType(
        "recovery.supported", RecoverySupported, "support", "A recovery period reached its minimum; support goes on."
    ),
)
READS = (
    Read("intake.clock.started", ClockStartedView),
    Read("intake.clock.reached", ClockView),
    Read("intake.clock.stopped", ClockView),
    Read("intake.clock.woken", ClockView),
)
