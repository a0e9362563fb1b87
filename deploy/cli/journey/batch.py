"""Many journeys: a few at a time, each in its own thread, and their results."""

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, field
from random import Random

from deploy.cli.api import Targets
from deploy.cli.errors import CommandRefused, StopAsked
from deploy.cli.journey.desk import Desk
from deploy.cli.journey.person import invented, person_of
from deploy.cli.journey.planning import PlannedJourney, Reach, Way, decide_journey, ways_of
from deploy.cli.journey.player import Player
from deploy.cli.journey.proof import missing
from shared.reference import profile

AT_ONCE = 4


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The outcome of one journey; `missing` lists what it lacks, empty when it is complete."""

    number: int
    jurisdiction: str
    way: str
    reach: Reach
    outreach_session: str | None
    case: str
    missing: list[str]
    seconds: float
    events: int

    @property
    def complete(self) -> bool:
        """Whether the journey reached its end, and the services confirm it."""
        return not self.missing


@dataclass
class Batch:
    """The outcomes of a run, in the order in which they came."""

    seed: int
    outcomes: list[Outcome] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def complete(self) -> int:
        """The number of complete journeys."""
        return sum(outcome.complete for outcome in self.outcomes)

    @property
    def all_complete(self) -> bool:
        """Whether at least one journey was played, and all are complete."""
        return bool(self.outcomes) and self.complete == len(self.outcomes)

    @property
    def events(self) -> int:
        """The number of events about all of the cases."""
        return sum(outcome.events for outcome in self.outcomes)

    def document(self) -> dict[str, object]:
        """Return the whole batch as one JSON document."""
        journeys = [{**asdict(outcome), "complete": outcome.complete} for outcome in sorted(self.outcomes, key=_number)]
        totals = {"complete": self.complete, "of": len(self.outcomes), "events": self.events}
        return {"fictitious": True, "seed": self.seed, **totals, "seconds": self.seconds, "journeys": journeys}


def _number(outcome: Outcome) -> int:
    return outcome.number


def journeys_of(
    rows: Iterable[Mapping[str, int]] | None,
    jurisdictions: list[str],
    today: dt.date,
    *,
    seed: int,
    way: Way | None = None,
) -> Iterator[PlannedJourney]:
    """Plan one journey per row, or endlessly where there are no rows.

    Jurisdictions take turns, and in each of them the ways it knows, so that every way occurs in a batch; one
    jurisdiction begins a way further on than the one before it, so that a few journeys already differ.
    """
    source = iter(rows) if rows is not None else None
    number = 0
    while True:
        number += 1
        random = Random(f"{seed}:{number}")  # noqa: S311 - chooses a story, keeps no secret
        row = invented(random) if source is None else next(source, None)
        if row is None:
            return
        turn, place = divmod(number - 1, len(jurisdictions))
        law = profile(jurisdictions[place])
        ways = ways_of(law)
        chosen = way if way in ways else ways[(turn + place) % len(ways)]
        yield decide_journey(number, law, chosen, person_of(row, random, today), random)


def play_one(
    plan: PlannedJourney, desk: Desk, today: dt.date, opened: Callable[[str], None] = lambda _case: None
) -> Outcome:
    """Play a journey and verify it in the services. A refusal is an outcome; `StopAsked` is raised."""
    began = time.monotonic()
    player = Player(plan, desk, today, opened)
    try:
        player.play()
        lacks, events = missing(plan, desk, player.case)
    except StopAsked:
        raise
    except CommandRefused as error:
        lacks, events = [f"{error.what} {error.why}".strip()], 0
    return Outcome(
        number=plan.number,
        jurisdiction=plan.profile.code,
        way=plan.way,
        reach=plan.reach,
        outreach_session=plan.outreach_session,
        case=player.case,
        missing=lacks,
        seconds=round(time.monotonic() - began, 2),
        events=events,
    )


def play_all(
    plans: Iterator[PlannedJourney],
    targets: Targets,
    today: dt.date,
    *,
    seed: int,
    on_outcome: Callable[[Outcome], None],
) -> Batch:
    """Play every plan, a few at once. `on_outcome` is called with each outcome as it comes."""
    batch, stop, lock = Batch(seed), threading.Event(), threading.Lock()
    began = time.monotonic()

    def work() -> None:
        desk = Desk(targets, stop=stop)
        while not stop.is_set():
            with lock:
                plan = next(plans, None)
            if plan is None:
                return
            outcome = play_one(plan, desk, today)
            with lock:
                batch.outcomes.append(outcome)
                on_outcome(outcome)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        running = [pool.submit(work) for _ in range(AT_ONCE)]
        try:
            wait(running, return_when="FIRST_EXCEPTION")
        finally:
            stop.set()  # also after a request to stop: no thread starts another journey
    failures = [failed for future in running if (failed := future.exception())]
    for failed in sorted(failures, key=lambda failure: isinstance(failure, StopAsked)):
        raise failed  # what went wrong, rather than that the others were stopped for it
    batch.seconds = round(time.monotonic() - began, 1)
    return batch
