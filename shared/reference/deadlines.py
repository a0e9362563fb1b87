"""One calculator: from a profile, a clock and a start to a due date, its rule and what is uncertain about it."""

from dataclasses import dataclass
from datetime import date, datetime

from shared.reference.periods import Due, Length, count, earliest, is_partial, local_date
from shared.reference.profiles import ClockRule, Profile

_NO_LENGTH = "How long this period is, is not known here; no date is given. Ask someone who knows this law."
_FROM_FIRST_DAY = "Counted from the first day that the date given can mean."
_TWO_READINGS = "The rule can be read in two ways; the one that is safe for the person stands first."
_VERIFY = "Verify the rule before relying on the date."


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A due date with the rule that gave it.

    `due` is None where the length is not known. `other` is the due date by the rule's second reading. For a minimum
    the later of both stands first, for anything else the earlier. `wording`, `other_wording`: how each was counted.
    `note` says what to know beside the date.
    """

    rule: ClockRule
    due: Due | None
    other: Due | None
    wording: str = ""
    other_wording: str = ""
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
    own = _Reading(rule.length, rule.first_day, rule.less_one_day)
    readings = [(own.count(profile, rule, begun), own)]
    if rule.other is not None:
        second = _Reading(rule.other.length, rule.other.first_day, rule.other.less_one_day)
        readings.append((second.count(profile, rule, begun), second))
        readings.sort(key=lambda reading: reading[0].ends_at, reverse=rule.kind == "minimum")
        notes += [_TWO_READINGS, rule.other.why]
    if rule.verify:
        notes.append(_VERIFY)
    (due, first), (other, second_words) = readings[0], (readings[1] if rule.other else (None, None))
    return Deadline(
        rule=rule,
        due=due,
        other=other,
        wording=first.worded(rule),
        other_wording=second_words.worded(rule) if second_words else "",
        note=_joined(*notes, rule.note),
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    length: Length
    first_day: bool
    less_one_day: bool

    def count(self, profile: Profile, rule: ClockRule, start: date | datetime) -> Due:
        return count(
            self.length,
            start,
            calendar=profile.calendar,
            timezone=profile.timezone,
            first_day=self.first_day,
            less_one_day=self.less_one_day,
            roll=rule.roll,
        )

    def worded(self, rule: ClockRule) -> str:
        parts = [self.length.words]
        if self.first_day:
            parts.append("beginning with the day itself")
        if self.less_one_day:
            parts.append("less one day")
        if rule.roll:
            parts.append("an end on a weekend or holiday moves to the next working day")
        return ", ".join(parts)


def _joined(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)
