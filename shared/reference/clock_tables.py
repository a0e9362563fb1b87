"""Reading the periods of a profile's file: each version of a rule, its triggers, and the ways to count it."""

from collections.abc import Mapping
from datetime import date
from typing import Final, get_args

from shared.reference.clock_rules import (
    AudienceClass,
    Cap,
    ChildWay,
    ClockKind,
    ClockRule,
    CountFrom,
    Duty,
    Effect,
    Ending,
    Interval,
    Keeper,
    PauseCount,
    Pausing,
    Pick,
    Reading,
    Repeat,
    Trigger,
    Undated,
)
from shared.reference.errors import BrokenReference
from shared.reference.periods import Calendar, ImpossiblePeriod, Length
from shared.reference.reading import Table, origin

UNKNOWN_LENGTH: Final = "unknown"
"""Written out in the file, so that a forgotten length is an error and an unknown one is not."""


def read_clocks(file: Table, layer: str) -> Mapping[str, tuple[ClockRule, ...]]:
    """Read the periods of a file, by their codes, each with its versions, oldest first. Raises BrokenReference."""
    if not file.has("clocks"):
        return {}
    clocks = file.table("clocks")
    return {code: tuple(_clock(code, table, layer) for table in clocks.tables(code)) for code in clocks.names()}


def _clock(code: str, table: Table, layer: str) -> ClockRule:
    rule = ClockRule(
        code=code,
        kind=table.choice("kind", get_args(ClockKind)),
        keeper=table.choice("keeper", get_args(Keeper)),
        duty=table.choice("duty", get_args(Duty)) if table.has("duty") else "person",
        length=length_or_unknown(table, "length"),
        first_day=table.flag("first_day", default=False),
        less_one_day=table.flag("less_one_day", default=False),
        roll=table.flag("roll", default=False),
        late_filing=table.flag("late_filing", default=False),
        warn_days=table.numbers("warn_days"),
        extendable=table.flag("extendable", default=False),
        pausable=table.flag("pausable", default=False),
        left_after_pause=optional_length(table, "left_after_pause"),
        starts=tuple(read_trigger(start) for start in table.tables("starts")),
        ends=tuple(read_ending(end) for end in table.tables("ends")),
        repeat=table.choice("repeat", get_args(Repeat)) if table.has("repeat") else "each",
        pick=table.choice("pick", get_args(Pick)) if table.has("pick") else "first",
        readings=tuple(read_reading(reading) for reading in table.tables("readings")),
        count_from=read_count_from(table),
        child=tuple(_child_way(way) for way in table.tables("child")),
        pauses=tuple(_pausing(pause) for pause in table.tables("pauses")),
        audience=read_audience(table),
        **origin(table, layer),
    )
    table.finish()
    return rule


def read_audience(table: Table) -> AudienceClass | None:
    """Read which agencies can receive the events of a period; None if the file does not state it.

    Raises BrokenReference.
    """
    return table.choice("audience", get_args(AudienceClass)) if table.has("audience") else None


def read_trigger(table: Table) -> Trigger:
    """Read the facts that start a period. Raises BrokenReference."""
    fact, if_no = table.text("fact"), table.optional_text("if_no")
    undated = table.choice("undated", get_args(Undated)) if table.has("undated") else None
    interval = _interval(table.table("interval")) if table.has("interval") else None
    where = {name: table.texts(name) for name in table.names()}
    return Trigger(fact=fact, where=where, if_no=if_no, undated=undated, interval=interval)


def _interval(table: Table) -> Interval:
    interval = Interval(
        not_before=table.texts("not_before"),
        not_after=table.texts("not_after"),
        each_act=table.flag("each_act", default=False),
    )
    table.finish()
    return interval


def read_ending(table: Table) -> Ending:
    """Read the facts that end a period. Raises BrokenReference."""
    fact, effect = table.text("fact"), table.choice("effect", get_args(Effect))
    same_stage = table.flag("same_stage", default=False)
    where = {name: table.texts(name) for name in table.names()}
    return Ending(fact=fact, where=where, effect=effect, same_stage=same_stage)


def read_reading(table: Table) -> Reading:
    """Read another way to count a period. Raises BrokenReference."""
    reading = Reading(
        length=length_or_unknown(table, "length"),
        first_day=table.flag("first_day", default=False),
        less_one_day=table.flag("less_one_day", default=False),
        always_less=table.flag("always_less", default=False),
        roll=table.flag("roll", default=False),
        calendar=_calendar(table),
        unread=table.flag("unread", default=False),
        why=table.text("why"),
    )
    table.finish()
    return reading


def _calendar(table: Table) -> Calendar | None:
    """Read a calendar by its country and subdivision: `GB-SCT`."""
    text = table.optional_text("calendar")
    if text is None:
        return None
    country, _, subdivision = text.partition("-")
    calendar = Calendar(country, subdivision or None)
    try:
        calendar.check()
    except ImpossiblePeriod as error:
        raise BrokenReference(table.at("calendar"), str(error)) from error
    return calendar


def read_count_from(table: Table) -> tuple[CountFrom, ...]:
    """Read the days from which a period is counted. Raises BrokenReference."""
    texts, allowed = table.texts("count_from", default=("happened",)), get_args(CountFrom)
    if not set(texts) <= set(allowed):
        raise BrokenReference(table.at("count_from"), f"must be of {', '.join(allowed)}")
    return tuple(choice for choice in allowed if choice in texts)


def _child_way(table: Table) -> ChildWay:
    way = ChildWay(
        fact=table.optional_text("fact"),
        before_age=table.number("before_age") if table.has("before_age") else None,
        until_age=table.number("until_age") if table.has("until_age") else None,
        from_age=table.number("from_age") if table.has("from_age") else None,
        from_fact=table.optional_text("from_fact"),
        length=optional_length(table, "length"),
    )
    if (way.length is None) != (way.from_age is None and way.from_fact is None):
        raise BrokenReference(table.place, "a length is counted from an age or a fact, and nothing else is")
    if (way.fact is None) != (way.before_age is None):
        raise BrokenReference(table.place, "a condition names a fact and the age before which it has to be")
    table.finish()
    return way


def _pausing(table: Table) -> Pausing:
    pausing = Pausing(
        begins=table.text("from"),
        ends=table.text("until"),
        left=optional_length(table, "left"),
        at_most=tuple(_cap(cap) for cap in table.tables("at_most")),
        still_open=table.optional_text("still_open"),
        count=table.choice("count", get_args(PauseCount)) if table.has("count") else "each",
    )
    days = [cap.effective_from or date.min for cap in pausing.at_most]
    if days != sorted(set(days)):
        raise BrokenReference(table.at("at_most"), "must be ordered by effective_from, oldest first")
    table.finish()
    return pausing


def _cap(table: Table) -> Cap:
    effective_from = table.day("effective_from") if table.has("effective_from") else None
    cap = Cap(length=known_length(table, "length"), effective_from=effective_from)
    table.finish()
    return cap


def length_or_unknown(table: Table, key: str) -> Length | None:
    """Read a length; None if the file states that it is unknown. Raises BrokenReference."""
    text = table.text(key)
    return None if text == UNKNOWN_LENGTH else _length(text, table, key)


def _length(text: str, table: Table, key: str) -> Length:
    try:
        return Length.parse(text)
    except ImpossiblePeriod as error:
        raise BrokenReference(table.at(key), str(error)) from error


def known_length(table: Table, key: str) -> Length:
    """Read a length. Raises BrokenReference if it is missing or unknown."""
    return _length(table.text(key), table, key)


def optional_length(table: Table, key: str) -> Length | None:
    """Read a length; None if there is none. Raises BrokenReference."""
    text = table.optional_text(key)
    return None if text is None else _length(text, table, key)
