"""The events of a service's periods: each contains the whole state of the period after it."""

from typing import Final, TypeVar

from marshmallow import Schema

from shared.access.declarations import AnyField, declare, omittable, or_null
from shared.access.permissions import FieldClass
from shared.deadlines import audiences
from shared.events.contract import Code, Codes, Count, Day, EventType, Flag, Identifier, Instant, Moment, Reference
from shared.events.kinds import BoundedList
from shared.reference import codes

_MOST_FACTS = 100
_Kind = TypeVar("_Kind", bound=AnyField)


def _field(kind: _Kind, meaning: str, category: str | None = None) -> _Kind:
    return declare(kind, FieldClass.BASIC, meaning, category=category)


_JURISDICTION: Final = _field(Code(of="jurisdiction"), "Whose law it is of.")
_BEGAN_ON: Final[AnyField] = _field(Day(), "The first day that its beginning can mean.")
_DUE_ON: Final[AnyField] = _field(Day(), "Its last day, by the reading that is safe for the person.")
_DAYS_LEFT: Final = _field(Count(), "How many days are left.")
_RULE_VERSION: Final = _field(Code(identifier=Identifier.RULE_VERSION), "The first day in force of its rule.")
_VERIFY: Final = _field(Flag(), "Whether an expert in this law should check it.")
_LATE: Final = _field(Flag(), "Whether a late step may still be possible.")
_PAUSED_ON: Final[AnyField] = _field(Day(), "The first day of the current pause.")


class ClockState(Schema):
    """The current state of a legal period. The first three fields are old; the others came with derived periods."""

    clock = _field(Reference(), "The period.")
    code = _field(Code(of="clock_code"), "Which period of the law it is.")
    kind = _field(Code(codes("clock_kind")), "What its end means.")
    jurisdiction = omittable(_JURISDICTION)
    state = omittable(_field(Code(codes("clock_state")), "How far it is."))
    began = omittable(_field(Moment(), "When it began, as far as is known."))
    began_on = omittable(or_null(_BEGAN_ON))
    due_on = omittable(or_null(_DUE_ON))
    due_at = omittable(_field(Instant(), "Its end by the same reading, if the law counts hours."))
    other_due_on = omittable(or_null(_field(Day(), "Its last day by the reading furthest from that.")))
    days_left = omittable(_DAYS_LEFT)
    in_time = omittable(or_null(_field(Code(codes("met_in_time")), "Of one that was met: whether in time.")))
    certainty = omittable(_field(Code(codes("clock_certainty")), "How sure its day is, in one word."))
    doubts = omittable(_field(Codes(codes("clock_doubt")), "What makes it unsure.", "identity"))
    ask_about = omittable(
        _field(
            BoundedList(Reference(), _MOST_FACTS),
            "The facts that the question about its doubts is about; empty: the case as a whole, or nothing is asked.",
            "identity",
        )
    )
    because = omittable(
        _field(BoundedList(Reference(), _MOST_FACTS), "The facts that it follows from, the starting one first.")
    )
    birthday = omittable(or_null(_field(Count(), "The birthday at which it ends, if it ends at one.", "identity")))
    rule_version = omittable(_RULE_VERSION)
    verify = omittable(_VERIFY)
    late_filing_possible = omittable(_LATE)
    paused_on = omittable(or_null(_PAUSED_ON))
    takes_back = omittable(or_null(_field(Code(of="clock_state"), "The state that was told and does not hold.")))


class ClockStarted(ClockState):
    """A period began.

    If the start is unknown, `began_on` is the day of the derivation: this version requires a day.
    """

    jurisdiction = _JURISDICTION
    began_on = _BEGAN_ON
    due_on = or_null(_DUE_ON)
    rule_version = _RULE_VERSION
    verify = _VERIFY


class ClockDue(ClockState):
    """The day of a period has come, or has passed."""

    due_on = _DUE_ON


class ClockDueSoon(ClockDue):
    """The day of a period is near."""

    days_left = _DAYS_LEFT


class ClockMissed(ClockDue):
    """A target was missed, or the ordinary limit has passed; `state` specifies which."""

    late_filing_possible = _LATE


class ClockPaused(ClockState):
    """A period was paused."""

    paused_on = _PAUSED_ON


class ClockChanged(ClockState):
    """The due date of a period changed."""

    due_on = or_null(_DUE_ON)


def _event_type(verb: str, schema: type[Schema], meaning: str) -> EventType:
    return EventType(f"clock.{verb}", schema, "deadlines", meaning, audience=audiences.OF_PERIOD)


EVENTS = (
    _event_type("started", ClockStarted, "A period of the law began to run."),
    _event_type("moved", ClockChanged, "A period has other dates, since a fact was learnt, corrected or withdrawn."),
    _event_type("restated", ClockState, "A period has the same dates, by other facts or with another doubt."),
    _event_type("due_soon", ClockDueSoon, "A period's day is near; time to prepare what follows it."),
    _event_type("due", ClockDue, "Today is the last day of a period, in the jurisdiction's own time."),
    _event_type("doubtful", ClockDue, "A period has passed under one interpretation, and not under another."),
    _event_type("missed", ClockMissed, "A target or ordinary limit passed; a late step may be possible."),
    _event_type("reached", ClockDue, "A minimum or maximum period was reached. Nothing ends automatically."),
    _event_type("stopped", ClockState, "A period stopped: what it waited for has come, or what it protected ended."),
    _event_type("paused", ClockPaused, "A period's time stands still until it is resumed."),
    _event_type("resumed", ClockChanged, "A period runs on after a pause."),
    _event_type("reopened", ClockChanged, "A period that was over runs again: what was told of it does not hold."),
    _event_type("rested", ClockState, "Another period of its kind runs in a period's place."),
    _event_type("woken", ClockChanged, "A period that rested runs again."),
    _event_type("withdrawn", ClockState, "A period is no longer valid, because its start was recorded by mistake."),
    _event_type("extended", ClockChanged, "A period was extended to a later day; told as moved by later releases."),
)
