"""Whether every period of a profile can start and end: each by facts that exist, and by stages that some law has."""

from collections.abc import Mapping
from typing import Final

from shared.reference.clock_rules import UNASKED, ClockRule, Ending, Trigger
from shared.reference.codelists import CodeList
from shared.reference.errors import BrokenReference
from shared.reference.profiles import Profile

LISTED: Final = {"outcome": "decision_outcome", "result": "compensation_outcome"}
"""Fields of a trigger whose codes a code list holds."""
WORDS: Final = {
    "dublin": ("yes", "no", "unknown"),
    "foreigner": ("yes", "no", "unknown"),
    "offender": ("known", "unknown"),
    "age": ("adult", "child", "disputed", "unknown"),
}
"""Fields with the few words that a fact has there."""
STAGED: Final = ("decision", "reconsideration_requested")
"""Facts whose stage can be compared with that of the decision that started a period."""
OTHER: Final = ("stage", "reconsiders", "remedy", "jurisdiction", "authority", "right", "challenge")
ASKED: Final = ("work_ended",)
"""Facts whose missing day has a question of its own."""


def check_triggers(profile: Profile, lists: Mapping[str, CodeList]) -> None:
    """Raise BrokenReference for a period without a start or an end, or with an unknown fact or code."""
    for code, versions in profile.clocks.items():
        place = f"{profile.code}: clocks.{code}"
        for rule in versions:
            if not rule.starts or not rule.ends:
                raise BrokenReference(f"{place} of {rule.version}", "must say which facts start and end it")
            for trigger in (*rule.starts, *rule.ends):
                _check_trigger(f"{place} of {rule.version}", profile, trigger, lists)
            _check_facts(place, rule, lists)
            _check_interval(f"{place} of {rule.version}", rule)
        if bool(profile.starts_by(code)) == (code in profile.without_start):
            raise BrokenReference(place, "starts by a stage of this law, or without_start says why by none; not both")
    unknown = set(profile.without_start) - set(profile.clocks)
    if unknown:
        raise BrokenReference(
            f"{profile.code}: without_start", f"names {', '.join(sorted(unknown))}, which is no clock"
        )


def _check_trigger(place: str, profile: Profile, trigger: Trigger, lists: Mapping[str, CodeList]) -> None:
    where = f"{place}: {'ends' if isinstance(trigger, Ending) else 'starts'}.{trigger.fact}"
    if isinstance(trigger, Ending) and trigger.same_stage and trigger.fact not in STAGED:
        raise BrokenReference(f"{where}.same_stage", f"only these facts have a stage: {', '.join(STAGED)}")
    if trigger.undated == "ask" and trigger.if_no not in ASKED:
        raise BrokenReference(f"{where}.undated", f"only the day of these facts is asked for: {', '.join(ASKED)}")
    for name, values in trigger.where.items():
        if name not in LISTED and name not in WORDS and name not in OTHER:
            raise BrokenReference(f"{where}.{name}", "is no field of a fact")
        allowed = lists[LISTED[name]] if name in LISTED else WORDS.get(name, values)
        if name == "remedy":
            allowed = tuple(profile.remedies)
        if name == "challenge":
            allowed = profile.challenges
        for value in values:
            if value not in allowed and value != UNASKED:
                raise BrokenReference(f"{where}.{name}", f"refers to {value!r}, which does not exist")


def _check_facts(place: str, rule: ClockRule, lists: Mapping[str, CodeList]) -> None:
    """Raise BrokenReference for a kind of fact that is not in the list."""
    triggers = (*rule.starts, *rule.ends)
    named = [trigger.fact for trigger in triggers] + [trigger.if_no for trigger in triggers if trigger.if_no]
    named += [fact for way in rule.child for fact in (way.fact, way.from_fact) if fact]
    intervals = [trigger.interval for trigger in rule.starts if trigger.interval]
    named += [fact for interval in intervals for fact in (*interval.not_before, *interval.not_after)]
    named += [fact for pausing in rule.pauses for fact in (pausing.begins, pausing.ends, pausing.still_open) if fact]
    for fact in named:
        if fact not in lists["fact_kind"]:
            raise BrokenReference(f"{place} of {rule.version}", f"refers to {fact!r}, which is no kind of fact")


def _check_interval(place: str, rule: ClockRule) -> None:
    """Raise BrokenReference for an interval in a rule whose periods do not count from the last of all starts."""
    if any(trigger.interval for trigger in rule.starts) and (rule.repeat, rule.pick, len(rule.starts)) != (
        "once",
        "last",
        1,
    ):
        raise BrokenReference(f"{place}: starts.interval", "belongs to the only start of a rule that counts the last")
