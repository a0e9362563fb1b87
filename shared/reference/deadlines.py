"""One calculator: from a profile, a clock and a start to a due date, its rule and what is uncertain about it."""

from dataclasses import dataclass
from datetime import date, datetime

from shared.periods import Due, Length, count, earliest, is_partial, local_date
from shared.reference.profiles import ClockRule, Profile

_NO_LENGTH = "How long this period is, is not known here; no date is given. Ask someone who knows this law."
_FROM_FIRST_DAY = "Counted from the first day that the date given can mean."
_TWO_READINGS = "The rule can be read in two ways; the one that is safe for the person stands first."
_VERIFY = "Verify the rule before relying on the date."


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A due date with the rule that gave it.

    `due` is None where the length is not known. `other` is the due date by the rule's second reading. For a minimum
    the later of both stands first, for anything else the earlier. `note` says what to know beside the date.
    """

    rule: ClockRule
    due: Due | None
    other: Due | None
    note: str


def deadline(profile: Profile, clock_code: str, start: date | datetime | str, *, on: date | None = None) -> Deadline:
    """Count a clock of a profile from its start: a date, an instant, or a text that may leave month and day open.

    The rule is the one in force on the local date of the start, or on `on`. Raises UnknownRule and ImpossibleDate.
    """
    partial = isinstance(start, str) and is_partial(start)
    begun = earliest(start) if isinstance(start, str) else start
    rule = profile.clock(clock_code, on=on or local_date(begun, profile.timezone))
    notes = [_FROM_FIRST_DAY] if partial else []
    if rule.length is None:
        return Deadline(rule=rule, due=None, other=None, note=_joined(_NO_LENGTH, rule.note))
    due = _count(profile, rule, begun, rule.length, first_day=rule.first_day, less_one_day=rule.less_one_day)
    other = None
    if rule.other is not None:
        reading = rule.other
        other = _count(
            profile, rule, begun, reading.length, first_day=reading.first_day, less_one_day=reading.less_one_day
        )
        if (other.ends_at > due.ends_at) if rule.kind == "minimum" else (other.ends_at < due.ends_at):
            due, other = other, due
        notes += [_TWO_READINGS, reading.why]
    if rule.verify:
        notes.append(_VERIFY)
    return Deadline(rule=rule, due=due, other=other, note=_joined(*notes, rule.note))


def _count(
    profile: Profile, rule: ClockRule, start: date | datetime, length: Length, *, first_day: bool, less_one_day: bool
) -> Due:
    return count(
        length,
        start,
        calendar=profile.calendar,
        timezone=profile.timezone,
        first_day=first_day,
        less_one_day=less_one_day,
        roll=rule.roll,
    )


def _joined(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)
