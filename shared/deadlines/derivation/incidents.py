"""The time of the last incident of an exploitation, as far as other facts limit it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from shared.deadlines.facts import Fact
from shared.reference.clock_rules import Undated
from shared.reference.periods import Moment


@dataclass(frozen=True, slots=True)
class Candidate:
    """A fact from which a period may count. `unnamed`: see `Start`."""

    fact: Fact
    happened: Moment
    learnt: Moment | None
    undated: Undated | None = None
    unnamed: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Between:
    """The interval of a start.

    `bounding`: the facts that define its bounds, earliest first. `incidents`: the recorded incidents that can be the
    last one, limited by other facts. `ends`: the ends of the exploitation, without those of an earlier one.
    """

    happened: Moment
    bounding: tuple[Candidate, ...]
    doubts: frozenset[str]
    incidents: tuple[Candidate, ...]
    ends: tuple[Candidate, ...]


# control: H-DEADLINE-1 last-incident-interval
def between(
    zone: str,
    explicit: Sequence[Candidate],
    before: Sequence[Candidate],
    after: Sequence[Candidate],
    *,
    by_hand: str,
    each_act: bool,
) -> Between:
    """Return the interval that contains the last incident.

    `explicit`: the recorded last incidents, and the periods that a person opened. `before`: other incidents; the last
    one is not earlier. `after`: ends of the exploitation; no incident is later. Without any of them the interval is
    open.
    """
    ends = [
        end
        for end in after
        if not any(end.happened.surely_before(candidate.happened) for candidate in (*explicit, *before))
    ]
    ended = max(ends, key=_latest, default=None)
    lasts = [
        candidate if candidate.fact.kind == by_hand else _within(candidate, before, ended) for candidate in explicit
    ]
    later = [candidate for candidate in before if _reopens(zone, candidate, lasts, by_hand)]
    is_open = bool(later) or not lasts
    dated = [*lasts, *(later if lasts else before)]
    lo = max((candidate for candidate in dated if candidate.happened.lo is not None), key=_earliest, default=None)
    hi = ended if is_open else max(lasts, key=_latest)
    is_day_missing = any(candidate.fact.kind != by_hand and candidate.happened.lo is None for candidate in explicit)
    first, doubts = lo, {"last_incident_unknown"} if is_open or is_day_missing else set[str]()
    if is_day_missing and not is_open and lo is None:
        # The last incident is recorded, but nothing is known of its day.
        doubts.add("start_unknown")
    if each_act:
        first = _first_of([*lasts, *before])
        if lo is not None and (first is None or first.happened.lo != lo.happened.lo):
            doubts.add("each_act")
            if not doubts & {"last_incident_unknown"} and hi is not None and _is_vague(zone, hi):
                doubts.add("vague_start")
    bounding = [candidate for candidate in (first, lo, hi) if candidate is not None]
    started = None if first is None else first.happened.lo
    latest = _not_earlier(None if hi is None else hi.happened.hi, lasts if is_open else ())
    recorded = {candidate.fact.id: candidate for candidate in (*explicit, *before, *after)}
    distinct = dict.fromkeys(candidate.fact.id for candidate in (bounding or dated or list(after)))
    recorded_lasts = [candidate for candidate in lasts if candidate.fact.kind != by_hand]
    surely_later = [
        candidate
        for candidate in before
        if all(last.happened.surely_before(candidate.happened) for last in recorded_lasts)
    ]
    return Between(
        Moment(started, latest),
        tuple(recorded[fact] for fact in distinct),
        frozenset(doubts),
        (*recorded_lasts, *surely_later),
        tuple(ends),
    )


def _within(last: Candidate, before: Sequence[Candidate], ended: Candidate | None) -> Candidate:
    """Return a last incident on an unknown day, limited by the incidents before it and the end after it."""
    if last.happened.lo is not None:
        return last
    dated = [candidate.happened.lo for candidate in before if candidate.happened.lo is not None]
    limits = [hi for hi in (last.happened.hi, ended.happened.hi if ended else None) if hi is not None]
    hi = min(limits, default=None)
    lo = max((day for day in dated if hi is None or day < hi), default=None)
    return replace(last, happened=Moment(lo, hi))


def _reopens(zone: str, incident: Candidate, lasts: Sequence[Candidate], by_hand: str) -> bool:
    """Return whether an incident can be later than every recorded last incident.

    A recorded last incident states that no other was later, unless another surely was. A period that was opened by
    hand does not state this.
    """
    days = incident.happened.first_day(zone), incident.happened.last_day(zone)
    recorded = [candidate for candidate in lasts if candidate.fact.kind != by_hand]
    if any(not _surely_later(days[0], candidate.happened.last_day(zone)) for candidate in recorded):
        return False
    firsts = [candidate.happened.first_day(zone) for candidate in lasts]
    return not any(days[1] is not None and first is not None and days[1] <= first for first in firsts)


def _is_vague(zone: str, incident: Candidate) -> bool:
    first, last = incident.happened.first_day(zone), incident.happened.last_day(zone)
    return first is None or first != last


def _surely_later(first: date | None, last: date | None) -> bool:
    return first is not None and last is not None and first > last


def _first_of(acts: Sequence[Candidate]) -> Candidate | None:
    """Return the earliest act; None if one of them can be earlier than all that are known."""
    if not acts or any(candidate.happened.lo is None for candidate in acts):
        return None
    return min(acts, key=_earliest)


def _not_earlier(hi: datetime | None, others: Iterable[Candidate]) -> datetime | None:
    """Return the later of two bounds; None if one of them is open."""
    bounds = [hi, *(candidate.happened.hi for candidate in others)]
    dated = [bound for bound in bounds if bound is not None]
    return max(dated) if len(dated) == len(bounds) else None


def _earliest(candidate: Candidate) -> tuple[bool, object]:
    return candidate.happened.lo is not None, candidate.happened.lo


def _latest(candidate: Candidate) -> tuple[bool, object]:
    return candidate.happened.hi is None, candidate.happened.hi
