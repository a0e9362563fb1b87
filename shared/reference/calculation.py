"""The calculator as it is asked from outside: a jurisdiction, a rule, a start; a due date with all that explains it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from shared.reference.deadlines import Deadline, deadline
from shared.reference.periods import Due, earliest, local_date, warnings
from shared.reference.profiles import ClockKind, ClockRule, Profile

MEANINGS: Final[dict[ClockKind, str]] = {
    "minimum": "At least so long. Reaching it ends nothing: what it protects goes on until a decision or agreed end.",
    "maximum": "At most so long. Prepare before its end what follows it.",
    "target": "The authority's target. Past it the authority is late, not the person.",
    "limitation": "The person's limit. Past it the ordinary limit has passed; ask what is still possible.",
}
LATE_FILING: Final = "The person's limit. Past it: ordinary limit passed, late filing possible."


@dataclass(frozen=True, slots=True, kw_only=True)
class Calculation:
    """One answer of the calculator; without a date where the rule's length is not known."""

    profile: Profile
    start: date | datetime | str
    found: Deadline

    @property
    def meaning(self) -> str:
        """What the end of such a period means for the person."""
        rule = self.found.rule
        return LATE_FILING if rule.kind == "limitation" and rule.late_filing else MEANINGS[rule.kind]

    @property
    def began_on(self) -> date:
        """The local day from which it was counted."""
        begun = earliest(self.start) if isinstance(self.start, str) else self.start
        return local_date(begun, self.profile.timezone)

    @property
    def warns_on(self) -> tuple[date, ...]:
        """The local days on which to warn."""
        if self.found.due is None:
            return ()
        zone = self.profile.timezone
        return tuple(local_date(at, zone) for at in warnings(self.found.due, self.found.rule.warn_days, zone))

    def as_data(self) -> dict[str, object]:
        """The answer as JSON carries it."""
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
            "skipped": [
                {"date": day.isoformat(), "reason": why} for day, why in (counted.due.skipped if counted.due else ())
            ],
            "warns_on": [day.isoformat() for day in self.warns_on],
            "meaning": self.meaning,
            **rule_as_data(rule),
            "note": counted.note,
        }


def calculate(profile: Profile, code: str, start: date | datetime | str) -> Calculation:
    """Count a rule of a profile from a start. Raises UnknownRule and ImpossibleDate."""
    return Calculation(profile=profile, start=start, found=deadline(profile, code, start))


def rule_as_data(rule: ClockRule) -> dict[str, object]:
    """One version of a rule, as JSON carries it."""
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


def _other(counted: Deadline) -> dict[str, object] | None:
    if counted.other is None or counted.rule.other is None:
        return None
    return {
        "due_on": counted.other.due_on.isoformat(),
        "wording": counted.other_wording,
        "why": counted.rule.other.why,
        "skipped": [{"date": day.isoformat(), "reason": why} for day, why in counted.other.skipped],
    }


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
