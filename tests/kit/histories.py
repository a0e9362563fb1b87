"""Histories of a case that its team could record under each law: facts, corrected or withdrawn, in any order.

history = draw(histories("NL"))
orders = [history, history.shuffled(chance)]  # a correction or a reference comes after its target
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from random import Random
from typing import Final, TypeAlias

from hypothesis import strategies as st

from shared.casework.fact_rules import SAYS
from shared.reference import ClockRule, profile

#: Every recorded event happened, and was learnt of, by this instant.
BEGINS: Final = datetime(2026, 6, 15, 12, tzinfo=UTC)
LEARNT: Final = "2026-06-15"
_STEPS: Final = ("submission", "decision", "step")
_INCIDENTS: Final = ("first_incident", "last_incident")
#: Kinds that are not recorded for a case, or are recorded in another way than by their kind.
_NOT_ENTERED: Final = ("law", "person", "breach", "breach_notified", "extension", "claim_decided", *_STEPS)
_AT_LEGAL: Final = (
    *("conciliation_begun", "conciliation_certified", "conciliation_open"),
    *("discovery", "judgment_final", "award_paid", "asylum_refused", "authority_act"),
    *("challenge_made", "challenge_decided", "prosecution_brought", "trial_begun", "trial_ended", "sentenced"),
    *("pause", "resumption"),
)
_AT_BOTH: Final = (
    *("residence_refused", "residence_requested", "objection_made", "crime_reported", "work_ended", "wages_withheld"),
)


@cache
def kinds_of(jurisdiction: str) -> list[tuple[str, dict[str, str]]]:
    """Return the kinds and codes of facts by which any rule of a law starts, ends or pauses."""
    found: dict[str, tuple[str, dict[str, str]]] = {}
    for versions in profile(jurisdiction).clocks.values():
        for rule in versions:
            for kind, where in _triggers(rule):
                for choice in _choices(where):
                    found.setdefault(f"{kind}{sorted(choice.items())}", (kind, choice))
    return [each for each in found.values() if each[0] not in ("law", "person")]


def _triggers(rule: ClockRule) -> Iterable[tuple[str, Mapping[str, tuple[str, ...]]]]:
    yield from ((trigger.fact, trigger.where) for trigger in (*rule.starts, *rule.ends))
    intervals = [trigger.interval for trigger in rule.starts if trigger.interval]
    yield from ((kind, {}) for interval in intervals for kind in (*interval.not_before, *interval.not_after))
    for pausing in rule.pauses:
        yield from ((kind, {}) for kind in (pausing.begins, pausing.ends, pausing.still_open) if kind)
    for kind in ("period_closed", "pause", "resumption") if rule.pausable else ("period_opened", "period_closed"):
        yield kind, {"clock": (rule.code,)}
    if rule.extendable:
        yield "extension", {"clock": (rule.code,), "until": ("2024-06-01", "2024-02-01")}


def _choices(where: Mapping[str, tuple[str, ...]]) -> list[dict[str, str]]:
    choices: list[dict[str, str]] = [{}]
    for name, values in where.items():
        choices = [{**choice, name: value} for choice in choices for value in values]
    return [{name: value for name, value in choice.items() if value != "unasked"} for choice in choices]


@dataclass(frozen=True)
class Entry:
    """A record, identified by its number in the history. Later revisions correct or withdraw it.

    `how`: as a detection, a step of the official path, a separate fact, a claim, a request, or the person's birth.
    `about`: the number of the entry that it names.
    """

    number: int
    service: str
    how: str
    kind: str
    codes: tuple[tuple[str, str], ...]
    happened: str
    learnt: str = LEARNT
    about: int | None = None
    revision: int = 1
    withdrawn: bool = False

    @property
    def negative(self) -> str | None:
        """Return the stage of a decision that is not positive; None for anything else."""
        codes = dict(self.codes)
        return codes["stage"] if self.kind == "decision" and codes["outcome"] != "positive" else None


@dataclass(frozen=True)
class History:
    """The records of one person under a law, in one order."""

    jurisdiction: str
    age: str
    entries: tuple[Entry, ...]

    def shuffled(self, chance: Random) -> "History":
        """Return the history in another order. An entry still comes after the entries that it corrects or names."""
        return replace(self, entries=_possible(chance.sample(self.entries, len(self.entries))))


def _possible(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return entries in an order in which they can be recorded, as close as possible to their given order."""
    left, ordered = list(entries), list[Entry]()
    while left:
        recorded = {(entry.number, entry.revision) for entry in ordered}
        ready = next(entry for entry in left if _needs(entry) <= recorded)
        left.remove(ready)
        ordered.append(ready)
    return tuple(ordered)


def _needs(entry: Entry) -> set[tuple[int, int]]:
    if entry.revision > 1:
        return {(entry.number, entry.revision - 1)}
    return set() if entry.about is None else {(entry.about, 1)}


# --- the possible records, and their times ----------------------------------------------------------------------------

_Said: TypeAlias = tuple[str, str, str, tuple[tuple[str, str], ...]]
_DAYS = st.integers(0, 97).map(lambda days: date(2026, 3, 10) + timedelta(days=days))
#: Deadlines 2, 3 or 10 years after these dates fall around the time at which the histories are recorded.
_LONG_AGO = st.tuples(st.sampled_from((2023, 2024)), st.integers(3, 28)).map(lambda of: date(of[0], 6, of[1]))
_VAGUE = st.sampled_from(("unknown", "2026", "2026-03", "2026-04", "2026-05"))
_VAGUE_LONG_AGO = st.sampled_from(("unknown", "2024", "2024-06", "2023-06"))


#: How often each way to record something is drawn, if not once.
_WEIGHTS: Final[Mapping[str, int]] = {"step": 4, "fact": 3, "detection": 2}
_BIRTHS: Final = ("1990-05-07", "2006-07-20", "2008-07-20", "2010-11-03")

#: A rule that any result ends names no result, but each recorded decision states one.
_RESULTS: Final = ((("result", "refused"),), (("result", "granted"),))


@cache
def _enterable(jurisdiction: str) -> list[_Said]:
    """Return what can be recorded under a law: service, how, kind, codes."""
    law, found = profile(jurisdiction), list[_Said]()
    for code, stage in law.stages.items():
        for outcome in stage.outcomes or (None,):
            said = {"stage": code} if outcome is None else {"stage": code, "outcome": outcome}
            found.append(("intake", "step", stage.kind, tuple(said.items())))
    beside = [(kind, codes) for kind, codes in kinds_of(jurisdiction) if kind in _STEPS]
    found += [
        ("intake", "step", kind, tuple(codes.items()))
        for kind, codes in beside
        if {"dublin", "foreigner"} & set(codes) and codes.get("stage") in law.stages
    ]
    for kind, codes in kinds_of(jurisdiction):
        if kind not in _NOT_ENTERED:
            found += _ways(jurisdiction, kind, codes)
    return sorted(set(found), key=str)


def _ways(jurisdiction: str, kind: str, codes: Mapping[str, str]) -> Iterable[_Said]:
    said = tuple(codes.items())
    if "clock" in codes:
        keeper = profile(jurisdiction).clocks[codes["clock"]][-1].keeper
        if kind in ("period_opened", "period_closed"):
            yield keeper, "fact", kind, (*said, ("ground", "decided_by_authority"))
        elif keeper == "legal":
            yield "legal", "fact", kind, said
    elif kind == "claim":
        yield "legal", "claim", kind, said
    elif kind == "reconsideration_requested":
        for code, stage in profile(jurisdiction).stages.items():
            if "negative" in stage.outcomes and not stage.reconsiders:
                yield "intake", "fact", kind, (("stage", code),)
                yield "legal", "request", kind, (("stage", code),)
    elif kind.startswith("rights_"):
        yield "intake", "fact", kind, (("right", codes.get("right", "rectification")),)
    elif kind in _INCIDENTS:
        yield "intake", "detection", kind, said
        yield "legal", "fact", kind, said
    elif kind in _AT_LEGAL:
        missing = "result" in SAYS[kind].needs and "result" not in codes
        yield from (("legal", "fact", kind, (*said, *more)) for more in (_RESULTS if missing else ((),)))
    else:
        yield "intake", "fact", kind, said
        if kind in _AT_BOTH:
            yield "legal", "fact", kind, said


@st.composite
def _times(draw: st.DrawFn, said: _Said) -> tuple[str, str]:
    """Draw when something happened, and when it was learnt: whole days if its record has no times."""
    _, how, kind, _ = said
    day = draw(_LONG_AGO if kind in _INCIDENTS else _DAYS)
    if how in ("claim", "request"):
        return day.isoformat(), LEARNT
    shape = draw(st.sampled_from(("day", "day", "instant", "vague")))
    if shape == "vague" and how == "detection" and kind == "first_incident":
        return day.isoformat()[: len("2024-06")], LEARNT
    if shape == "vague":
        return draw(_VAGUE_LONG_AGO if kind in _INCIDENTS else _VAGUE), LEARNT
    if shape == "instant" and kind not in _INCIDENTS:
        hour = draw(st.integers(0, 23))
        return datetime(day.year, day.month, day.day, hour, 30, tzinfo=UTC).isoformat(), LEARNT
    later = LEARNT if how == "detection" else (day + timedelta(days=draw(st.integers(0, 9)))).isoformat()
    return day.isoformat(), min(later, LEARNT)


@st.composite
def histories(draw: st.DrawFn, jurisdiction: str) -> History:
    """Draw an age, and up to five facts with their corrections, under a law."""
    drawn = draw(st.lists(_said_under(jurisdiction), min_size=3, max_size=5))
    first = list[Entry]()
    for number, said in enumerate(drawn):
        service, how, kind, codes = said
        happened, learnt = draw(_times(said))
        first.append(Entry(number, service, how, kind, codes, happened, learnt))
    named = [replace(entry, about=draw(st.sampled_from(_nameable(entry, first)))) for entry in first]
    age = draw(st.sampled_from(("adult", "adult", "child", "unknown")))
    later = [draw(_revised(entry)) for entry in named if draw(st.integers(0, 2)) == 0]
    birth = draw(st.sampled_from((None, *_BIRTHS))) if age != "adult" else None
    born = () if birth is None else (Entry(len(first), "intake", "birth", "birth", (), birth),)
    return History(jurisdiction, age, _possible((*named, *later, *born)))


def _said_under(jurisdiction: str) -> st.SearchStrategy[_Said]:
    """Draw what is recorded: steps and incidents often, manual periods seldom."""
    groups: dict[str, list[_Said]] = {}
    for said in _enterable(jurisdiction):
        by_hand = any(name == "clock" for name, _ in said[-1])
        groups.setdefault("by_hand" if by_hand else said[1], []).append(said)
    weighted = [name for name in groups for _ in range(_WEIGHTS.get(name, 1))]
    return st.sampled_from(weighted).flatmap(lambda name: st.sampled_from(groups[name]))


def _nameable(entry: Entry, first: list[Entry]) -> list[int | None]:
    """Return the numbers of the entries that this entry can name. A request must name one if several match."""
    if entry.kind == "decision":
        return [None, *(other.number for other in first if other.kind == "submission")]
    if entry.kind != "reconsideration_requested":
        return [None]
    negative = [other.number for other in first if other.negative == dict(entry.codes)["stage"]]
    return [*negative] if entry.how == "request" and len(negative) > 1 else [None, *negative]


@st.composite
def _revised(draw: st.DrawFn, entry: Entry) -> Entry:
    """Draw a revision that corrects or withdraws an entry. A correction changes it: services refuse any other."""
    happened, _ = draw(_times((entry.service, entry.how, entry.kind, entry.codes)))
    if happened == entry.happened or draw(st.integers(0, 2)) == 0:
        return replace(entry, revision=2, withdrawn=True)
    return replace(entry, revision=2, happened=happened, learnt=LEARNT)
