"""The calculator: from a profile, a clock and a start to a due date with its rule and its doubts."""

from dataclasses import dataclass
from datetime import date, datetime

from shared.reference.clock_rules import ClockRule
from shared.reference.periods import Due, earliest, is_partial, local_date
from shared.reference.profiles import Profile
from shared.reference.readings import by_each_reading, in_order

_NO_LENGTH = "How long this period is, is not known here; no date is given. Ask someone who knows this law."
_FROM_FIRST_DAY = "Counted from the first day that the date given can mean."
_TWO_READINGS = "The rule can be read in two ways; the one that is safe for the person stands first."
_VERIFY = "Verify the rule before relying on the date."


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A due date with its rule.

    `due` is None if the length is not known. It is the date that is safe for the person: the latest for a minimum, the
    earliest for any other period. `other` is the due date furthest from it by another reading of the rule, None if all
    readings agree. `wording`, `other_wording`: how each was counted; `why`: why the rule has several readings. `note`:
    what else to know about the date.
    """

    rule: ClockRule
    due: Due | None
    other: Due | None
    wording: str = ""
    other_wording: str = ""
    why: str = ""
    note: str


def deadline(profile: Profile, clock_code: str, start: date | datetime | str, *, on: date | None = None) -> Deadline:
    """Count a clock of a profile from its start: a date, an instant, or a text that can leave month and day open.

    The rule is the one in force on the local date of the start, or on `on`. Raises UnknownRule and ImpossibleDate.
    """
    partial = isinstance(start, str) and is_partial(start)
    begun = earliest(start) if isinstance(start, str) else start
    rule = profile.clock(clock_code, on=on or local_date(begun, profile.timezone))
    notes = [_FROM_FIRST_DAY] if partial else []
    if rule.length is None:
        return Deadline(rule=rule, due=None, other=None, note=_joined(_NO_LENGTH, rule.note))
    ways = in_order(rule.kind, by_each_reading(profile, rule, begun))
    dated = [way for way in ways if way.due is not None]
    first, last = dated[0], dated[-1]
    why = " ".join(dict.fromkeys(way.why for way in dated if way.why)) if len(dated) > 1 else ""
    if len(dated) > 1:
        notes += [_TWO_READINGS, why]
    if rule.verify:
        notes.append(_VERIFY)
    return Deadline(
        rule=rule,
        due=first.due,
        other=last.due if len(dated) > 1 else None,
        wording=first.wording,
        other_wording=last.wording if len(dated) > 1 else "",
        why=why,
        note=_joined(*notes, rule.note),
    )


def _joined(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)
