"""The histories and their steps, which never change after they were recorded.

A later release adds histories below `GENERATIONS`, with new numbers. After a change, a recorded history would be
compared with the results of other steps. A test therefore compares the recorded digest of its script.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final

from tests.transcript.chance import Chance
from tests.transcript.steps import Ask, Move, Step, Thread, dated, interleaved
from tests.transcript.walks import intake, legal, opening, oversight, partners, rare, support
from tests.transcript.walks.laws import LAWS

SEED: Final = "0.2.0"
Walk = Callable[[Thread], None]


@dataclass(frozen=True)
class Generation:
    """Histories that were added together: their numbers, and the matters from which each has some."""

    first: int
    count: int
    walks: tuple[Walk, ...]
    most: int = 3

    @property
    def numbers(self) -> range:
        """Return the numbers of its histories."""
        return range(self.first, self.first + self.count)


#: Matters that are more frequent than others, because more follows from them.
_OFTEN: Final = (intake.detections, intake.official_path, intake.facts, intake.consents, intake.referrals, legal.claims)
_ONCE: Final = (
    *(intake.sharings, intake.referrals_in, intake.person, intake.duplicates),
    *(oversight.team, oversight.access, oversight.staff, oversight.rights, oversight.closing, oversight.erasure),
    *(oversight.small_matters,),
    *(legal.advice, legal.legal_facts, legal.files, legal.conflicts, legal.proceedings),
    *(support.assessments, support.needs, support.safety, support.placements, support.counselling),
    *(support.absences, support.moving_on),
    *(rare.corrections, rare.reads, rare.seldom),
    *(partners.agencies, partners.subscriptions, partners.reports, partners.misfits),
)
GENERATIONS: Final = (Generation(0, 2000, (*_OFTEN * 4, *_ONCE)),)


def numbers() -> list[int]:
    """Return the numbers of all histories."""
    return [number for generation in GENERATIONS for number in generation.numbers]


@cache
def _generation(number: int) -> Generation:
    return next(each for each in GENERATIONS if number in each.numbers)


def begins(number: int) -> datetime:
    """Return the instant at which a history begins."""
    chance = Chance(SEED, number, "begins")
    return datetime(2026, 3, 2, 9, 30, tzinfo=UTC) + timedelta(days=chance.number(90), hours=chance.number(14))


def script(number: int) -> list[tuple[datetime, Step]]:
    """Return the steps of a history, each with its instant."""
    chance, generation = Chance(SEED, number), _generation(number)
    law = chance.pick(*LAWS)
    threads = []
    for place in range(1, 2 + chance.number(generation.most)):
        thread = Thread(chance.below(f"thread {place}"), place, law)
        chance.pick(*generation.walks)(thread)
        threads.append(thread)
    steps = opening.opened(Thread(chance.below("opening"), 0, law)) + interleaved(threads, chance.below("order"))
    return list(dated(_spoilt(steps, chance.below("spoilt")), begins(number)))


def _spoilt(steps: Sequence[Step], chance: Chance) -> Iterator[Step]:
    """Yield the steps; occasionally one is made invalid, or additional time passes."""
    for place, step in enumerate(steps):
        is_spoilt = place > len(opening.TEAM) and isinstance(step, Ask) and chance.odds(1, 14)
        yield _wrong(step, chance) if is_spoilt and isinstance(step, Ask) else step
        if chance.odds(1, 25):
            yield Move(days=1 + chance.number(40), hours=chance.number(24))
    yield Move(days=chance.pick(1, 10, 45, 200))


def _wrong(step: Ask, chance: Chance) -> Ask:
    """Return an invalid request: by another person, without a field, or with an unknown value."""
    body: Any = step.body
    kind = chance.pick("who", "field", "value", "etag", "extra")
    if kind == "field" and isinstance(body, dict) and body:
        gone = chance.pick(*sorted(body))
        return replace(step, body={name: value for name, value in body.items() if name != gone})
    if kind == "value" and isinstance(body, dict) and body:
        return replace(step, body={**body, chance.pick(*sorted(body)): "not a code"})
    if kind == "extra" and isinstance(body, dict):
        return replace(step, body={**body, "surprise": True})
    if kind == "etag" and step.seen:
        return replace(step, seen="/v1/me")
    who = chance.pick("outsider", "colleague", "support", "counsellor", "adviser", "supervisor", "statistician")
    return replace(step, who=who)
