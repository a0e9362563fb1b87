"""The events of a service's clocks."""

from marshmallow import Schema

from shared.events.contract import Code, Count, Day, EventType, Flag, Identifier, Reference
from shared.reference import codes


class ClockStarted(Schema):
    """A clock began."""

    clock = Reference(required=True)
    code = Code(of="clock_code", required=True)
    kind = Code(codes("clock_kind"), required=True)
    jurisdiction = Code(of="jurisdiction", required=True)
    began_on = Day(required=True)
    due_on = Day(allow_none=True, required=True)
    rule_version = Code(identifier=Identifier.RULE_VERSION, required=True)
    verify = Flag(required=True)


class ClockDue(Schema):
    """A clock comes to its day, or has passed it."""

    clock = Reference(required=True)
    code = Code(of="clock_code", required=True)
    kind = Code(codes("clock_kind"), required=True)
    due_on = Day(required=True)


class ClockDueSoon(ClockDue):
    """A clock's day is near."""

    days_left = Count(required=True)


class ClockMissed(ClockDue):
    """A target or limitation has passed."""

    late_filing_possible = Flag(required=True)


class ClockStopped(Schema):
    """A clock was stopped by what it waited for."""

    clock = Reference(required=True)
    code = Code(of="clock_code", required=True)
    kind = Code(codes("clock_kind"), required=True)


class ClockPaused(Schema):
    """A clock's time stands still."""

    clock = Reference(required=True)
    code = Code(of="clock_code", required=True)
    kind = Code(codes("clock_kind"), required=True)
    paused_on = Day(required=True)


class ClockChanged(Schema):
    """A clock has another due date than before."""

    clock = Reference(required=True)
    code = Code(of="clock_code", required=True)
    kind = Code(codes("clock_kind"), required=True)
    due_on = Day(allow_none=True, required=True)


EVENTS = (
    EventType("clock.started", ClockStarted, "deadlines", "A period of the law began to run."),
    EventType("clock.due_soon", ClockDueSoon, "deadlines", "A period's day is near; time to prepare what follows it."),
    EventType("clock.due", ClockDue, "deadlines", "Today is the last day of a period, in the jurisdiction's own time."),
    EventType(
        "clock.missed", ClockMissed, "deadlines", "A target or ordinary limit passed; a late step may be possible."
    ),
    EventType(
        "clock.reached", ClockDue, "deadlines", "A minimum or maximum period was reached; it ends nothing by itself."
    ),
    EventType("clock.stopped", ClockStopped, "deadlines", "A period stopped, since what it waited for has come."),
    EventType("clock.paused", ClockPaused, "deadlines", "A period's time stands still until it is resumed."),
    EventType("clock.resumed", ClockChanged, "deadlines", "A period runs on after a pause, to a later day."),
    EventType("clock.rested", ClockStopped, "deadlines", "Another period of its kind runs in a period's place."),
    EventType("clock.woken", ClockChanged, "deadlines", "A period that rested runs again, to the day it had."),
    EventType("clock.extended", ClockChanged, "deadlines", "A period was extended to a later day."),
)
