"""The events of a service's clocks: each with the whole state of the period after it."""

from marshmallow import Schema

from shared.events.bounded import BoundedList
from shared.events.contract import Code, Codes, Count, Day, EventType, Flag, Identifier, Moment, Reference
from shared.reference import codes

_MOST_FACTS = 100


class ClockState(Schema):
    """A period of the law as it is now. The first three fields are old; the others came with derived periods."""

    clock = Reference(required=True)
    code = Code(of="clock_code", required=True)
    kind = Code(codes("clock_kind"), required=True)
    jurisdiction = Code(of="jurisdiction")
    state = Code(codes("clock_state"))
    began = Moment()
    began_on = Day(allow_none=True)
    due_on = Day(allow_none=True)
    other_due_on = Day(allow_none=True)
    days_left = Count()
    in_time = Code(codes("met_in_time"), allow_none=True)
    certainty = Code(codes("clock_certainty"))
    doubts = Codes(codes("clock_doubt"))
    because = BoundedList(Reference(), _MOST_FACTS)
    birthday = Count(allow_none=True)
    rule_version = Code(identifier=Identifier.RULE_VERSION)
    verify = Flag()
    late_filing_possible = Flag()
    paused_on = Day(allow_none=True)
    takes_back = Code(of="clock_state", allow_none=True)


class ClockStarted(ClockState):
    """A clock began. Of an unknown start, `began_on` is the day on which it was derived: this version needs one."""

    jurisdiction = Code(of="jurisdiction", required=True)
    began_on = Day(required=True)
    due_on = Day(allow_none=True, required=True)
    rule_version = Code(identifier=Identifier.RULE_VERSION, required=True)
    verify = Flag(required=True)


class ClockDue(ClockState):
    """A clock comes to its day, or has passed it."""

    due_on = Day(required=True)


class ClockDueSoon(ClockDue):
    """A clock's day is near."""

    days_left = Count(required=True)


class ClockMissed(ClockDue):
    """A target was missed, or the ordinary limit has passed: `state` says which."""

    late_filing_possible = Flag(required=True)


class ClockPaused(ClockState):
    """A clock's time stands still."""

    paused_on = Day(required=True)


class ClockChanged(ClockState):
    """A clock has another due date than before."""

    due_on = Day(allow_none=True, required=True)


def _event_type(verb: str, schema: type[Schema], meaning: str) -> EventType:
    return EventType(f"clock.{verb}", schema, "deadlines", meaning)


EVENTS = (
    _event_type("started", ClockStarted, "A period of the law began to run."),
    _event_type("moved", ClockChanged, "A period has other dates, since a fact was learnt, corrected or withdrawn."),
    _event_type("restated", ClockState, "A period has the same dates, by other facts or with another doubt."),
    _event_type("due_soon", ClockDueSoon, "A period's day is near; time to prepare what follows it."),
    _event_type("due", ClockDue, "Today is the last day of a period, in the jurisdiction's own time."),
    _event_type("doubtful", ClockDue, "A period has passed by one reading, and by another it has not."),
    _event_type("missed", ClockMissed, "A target or ordinary limit passed; a late step may be possible."),
    _event_type("reached", ClockDue, "A minimum or maximum period was reached; it ends nothing by itself."),
    _event_type("stopped", ClockState, "A period stopped: what it waited for has come, or what it protected ended."),
    _event_type("paused", ClockPaused, "A period's time stands still until it is resumed."),
    _event_type("resumed", ClockChanged, "A period runs on after a pause."),
    _event_type("reopened", ClockChanged, "A period that was over runs again: what was told of it does not hold."),
    _event_type("rested", ClockState, "Another period of its kind runs in a period's place."),
    _event_type("woken", ClockChanged, "A period that rested runs again."),
    _event_type("withdrawn", ClockState, "A period counts no more: what began it was recorded wrongly."),
    _event_type("extended", ClockChanged, "A period was extended to a later day; told as moved by later releases."),
)
