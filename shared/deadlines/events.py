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


_JURISDICTION: Final = _field(Code(of="jurisdiction"), "The jurisdiction whose law sets the period.")
_BEGAN_ON: Final[AnyField] = _field(Day(), "The first day on which it can have begun.")
_DUE_ON: Final[AnyField] = _field(Day(), "Its last day under the interpretation that is safest for the person.")
_DAYS_LEFT: Final = _field(Count(), "How many days are left.")
_RULE_VERSION: Final = _field(Code(identifier=Identifier.RULE_VERSION), "The first day in force of its rule.")
_VERIFY: Final = _field(Flag(), "Whether an expert in this law should check it.")
_LATE: Final = _field(Flag(), "Whether a late step may still be possible.")
_PAUSED_ON: Final[AnyField] = _field(Day(), "The first day of the current pause.")


class ClockState(Schema):
    """The current state of a legal period. The first three fields are old; the others came with derived periods."""

    clock = _field(Reference(), "The period.")
    code = _field(Code(of="clock_code"), "The code of the period in the law.")
    kind = _field(Code(codes("clock_kind")), "The meaning of its end.")
    jurisdiction = omittable(_JURISDICTION)
    state = omittable(_field(Code(codes("clock_state")), "How far it is."))
    began = omittable(_field(Moment(), "When it began, as far as is known."))
    began_on = omittable(or_null(_BEGAN_ON))
    due_on = omittable(or_null(_DUE_ON))
    due_at = omittable(_field(Instant(), "Its end under the same interpretation, if the law counts hours."))
    other_due_on = omittable(or_null(_field(Day(), "Its last day under the interpretation furthest from that.")))
    days_left = omittable(_DAYS_LEFT)
    in_time = omittable(or_null(_field(Code(codes("met_in_time")), "For a period that was met: whether in time.")))
    certainty = omittable(_field(Code(codes("clock_certainty")), "The certainty of its day."))
    doubts = omittable(_field(Codes(codes("clock_doubt")), "The reasons why its day is uncertain.", "identity"))
    ask_about = omittable(
        _field(
            BoundedList(Reference(), _MOST_FACTS),
            "The facts that the question about its doubts is about; empty: the case as a whole, or nothing is asked.",
            "identity",
        )
    )
    because = omittable(
        _field(BoundedList(Reference(), _MOST_FACTS), "The facts from which it was calculated, the starting one first.")
    )
    birthday = omittable(or_null(_field(Count(), "The birthday at which it ends, if it ends at one.", "identity")))
    rule_version = omittable(_RULE_VERSION)
    verify = omittable(_VERIFY)
    late_filing_possible = omittable(_LATE)
    paused_on = omittable(or_null(_PAUSED_ON))
    takes_back = omittable(or_null(_field(Code(of="clock_state"), "The published state that is no longer valid.")))


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
    _event_type("moved", ClockChanged, "A period has other dates, because a fact was added, corrected or withdrawn."),
    _event_type("restated", ClockState, "A period has the same dates, by other facts or with another doubt."),
    _event_type("due_soon", ClockDueSoon, "A period's day is near; time to prepare what follows it."),
    _event_type("due", ClockDue, "Today is the last day of a period, in the jurisdiction's own time."),
    _event_type("doubtful", ClockDue, "A period has passed under one interpretation, and not under another."),
    _event_type("missed", ClockMissed, "A target or ordinary limit passed; a late step may be possible."),
    _event_type("reached", ClockDue, "A minimum or maximum period was reached. Nothing ends automatically."),
    _event_type("stopped", ClockState, "A period stopped: the awaited step was taken, or the protection ended."),
    _event_type("paused", ClockPaused, "A period is paused until it is resumed."),
    _event_type("resumed", ClockChanged, "A period continues after a pause."),
    _event_type("reopened", ClockChanged, "A period that was over runs again: its published end is not valid."),
    _event_type("rested", ClockState, "A period rests, because another of its kind runs instead."),
    _event_type("woken", ClockChanged, "A period that rested runs again."),
    _event_type("withdrawn", ClockState, "A period is no longer valid, because its start was recorded by mistake."),
    _event_type(
        "extended", ClockChanged, "A period was extended to a later day. Later releases publish `moved` instead."
    ),
)
