"""The public calculator: from a jurisdiction, a rule and a start to a due date with its full explanation."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from shared.reference.clock_rules import ClockKind, ClockRule, Duty
from shared.reference.deadlines import Deadline, deadline
from shared.reference.doubts import certainty_of, words_of
from shared.reference.leaf import Certainty
from shared.reference.past import Past, past_of
from shared.reference.periods import Due, Moment, days_left, earliest, local_date, moment_of, warnings
from shared.reference.profiles import Profile
from shared.reference.readings import Counted, count_all

MEANINGS: Final[dict[ClockKind, str]] = {
    "minimum": "At least so long. Reaching it ends nothing: what it protects goes on until a decision or agreed end.",
    "maximum": "At most so long. Prepare before its end what follows it.",
    "target": "The authority's target. Past it the authority is late, not the person.",
    "limitation": "The person's limit. Past it the ordinary limit has passed; ask what is still possible.",
}
LATE: Final[dict[Duty, str]] = {
    "we": "Our own duty. Past it we are late: do it at once, and say why it took so long.",
    "state": "The state's duty. Past it the state is late, not the person.",
}
LATE_FILING: Final = "The person's limit. Past it: ordinary limit passed, late filing possible."


@dataclass(frozen=True, slots=True, kw_only=True)
class Calculation:
    """One answer of the calculator, without a date if the length of the rule is not known.

    `found`: the date by the rule itself that is safe for the person, and the one furthest from it by another reading.
    `ways`: every distinct way to count it, also from another day that a vague start can mean, or from its receipt.
    """

    profile: Profile
    start: date | datetime | str
    found: Deadline
    ways: tuple[Counted, ...]
    now: datetime | None

    @property
    def meaning(self) -> str:
        """Return what the end of such a period means for the person."""
        rule = self.found.rule
        if rule.kind == "target":
            return LATE.get(rule.duty, MEANINGS["target"])
        return LATE_FILING if rule.kind == "limitation" and rule.late_filing else MEANINGS[rule.kind]

    @property
    def began_on(self) -> date:
        """Return the local day from which it was counted."""
        begun = earliest(self.start) if isinstance(self.start, str) else self.start
        return local_date(begun, self.profile.timezone)

    @property
    def warns_on(self) -> tuple[date, ...]:
        """Return the local days on which to warn."""
        if self.found.due is None:
            return ()
        zone = self.profile.timezone
        return tuple(local_date(at, zone) for at in warnings(self.found.due, self.found.rule.warn_days, zone))

    @property
    def doubts(self) -> frozenset[str]:
        """Return what makes the date uncertain (code list `clock_doubt`)."""
        return frozenset(doubt for way in self.ways for doubt in way.doubts)

    @property
    def date_certainty(self) -> Certainty:
        """Return in one word how sure the date is: the rule's own word, lowered by doubts and unread laws."""
        rule = self.found.rule
        if any(reading.unread for reading in rule.readings):
            return "unclear"
        return certainty_of(rule.certainty, self.doubts, dated=self.found.due is not None)

    @property
    def days_left(self) -> int | None:
        """Return the days until the date; negative after it, None without a date or without a current time."""
        if self.found.due is None or self.now is None:
            return None
        return days_left(self.found.due, self.now, self.profile.timezone)

    @property
    def past(self) -> Past | None:
        """Return since when it is over; None if it runs, has no date, or no current time was given."""
        if self.now is None:
            return None
        return past_of(self.found.rule.kind, self.ways, self.now, self.profile.timezone)

    def as_data(self) -> dict[str, object]:
        """Return the answer as JSON data."""
        counted, rule = self.found, self.found.rule
        start = self.start if isinstance(self.start, str) else self.start.isoformat()
        return {
            "jurisdiction": self.profile.code,
            "timezone": self.profile.timezone,
            "from": start,
            "began_on": self.began_on.isoformat(),
            **_when(counted.due),
            "wording": counted.wording,
            "other": _other(counted),
            "readings": [_reading(way) for way in self.ways],
            "doubts": sorted(self.doubts),
            "doubts_in_words": list(words_of(self.doubts)),
            "date_certainty": self.date_certainty,
            "days_left": self.days_left,
            "past": None if self.past is None else self.past.as_data(),
            "skipped": _skipped(counted.due),
            "warns_on": [day.isoformat() for day in self.warns_on],
            "meaning": self.meaning,
            "clock_of_a_case": rule.keeper is not None,
            **rule_as_data(rule),
            "note": counted.note,
        }


def calculate(
    profile: Profile,
    code: str,
    start: date | datetime | str,
    *,
    received: date | datetime | str | None = None,
    now: datetime | None = None,
) -> Calculation:
    """Count a rule of a profile from a start, and from its receipt if the rule allows that as another way.

    `now`: the instant for which to state whether it is over. Raises UnknownRule and ImpossibleDate.
    """
    counted = deadline(profile, code, start)
    happened = _moment(start, profile.timezone)
    learnt = None if received is None else _moment(received, profile.timezone)
    if counted.rule.count_from == ("learnt",):
        learnt = learnt or happened
    ways = count_all(profile, code, happened, learnt)
    return Calculation(profile=profile, start=start, found=counted, ways=ways, now=now)


def _moment(start: date | datetime | str, timezone: str) -> Moment:
    if isinstance(start, datetime):
        local_date(start, timezone)
        return Moment(start.astimezone(UTC), start.astimezone(UTC))
    return moment_of(start if isinstance(start, str) else start.isoformat(), timezone)


def rule_as_data(rule: ClockRule) -> dict[str, object]:
    """Return one version of a rule as JSON data."""
    return {
        "rule": rule.code,
        "kind": rule.kind,
        "length": None if rule.length is None else str(rule.length),
        "version": rule.version,
        "effective_to": None if rule.effective_to is None else rule.effective_to.isoformat(),
        "late_filing_possible": rule.late_filing,
        "extendable": rule.extendable,
        "pausable": rule.pausable,
        "left_after_pause": None if rule.left_after_pause is None else str(rule.left_after_pause),
        "layer": rule.layer,
        "source": rule.source,
        "certainty": rule.certainty,
        "check": rule.check,
        "checked_by": rule.checked_by,
        "read_on": None if rule.read_on is None else rule.read_on.isoformat(),
        "from_memory": rule.from_memory,
        "verify": rule.verify,
    }


def _when(due: Due | None) -> dict[str, object]:
    if due is None:
        return {"due_on": None, "due_at": None, "due_from": None, "over_from": None}
    return {
        "due_on": due.due_on.isoformat(),
        "due_at": _utc(due.starts_at) if due.exact else None,
        "due_from": _utc(due.starts_at),
        "over_from": _utc(due.ends_at),
    }


def _reading(way: Counted) -> dict[str, object]:
    return {
        **_when(way.due),
        "wording": way.wording,
        "why": way.why,
        "doubts": sorted(way.doubts),
        "skipped": _skipped(way.due),
    }


def _skipped(due: Due | None) -> list[dict[str, str]]:
    return [{"date": day.isoformat(), "reason": why} for day, why in (due.skipped if due else ())]


def _other(counted: Deadline) -> dict[str, object] | None:
    if counted.other is None:
        return None
    return {
        "due_on": counted.other.due_on.isoformat(),
        "wording": counted.other_wording,
        "why": counted.why,
        "skipped": _skipped(counted.other),
    }


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
