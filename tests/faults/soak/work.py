"""The load during faults: complete journeys and quick writes, steady and limited."""

import datetime as dt
import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from deploy.cli.journey.batch import Outcome, journeys_of, play_one
from deploy.cli.journey.desk import Desk
from deploy.cli.journey.planning import PlannedJourney
from deploy.cli.journey.proof import missing
from shared.reference import JURISDICTIONS
from tests.faults.field import Field

WRITES_PER_SECOND = 4.0
BETWEEN_JOURNEYS_SECONDS = 3.0
#: Time for one fault, the start after it, and the cautious first steps.
PATIENCE_SECONDS = 120.0


class Work:
    """Two threads; `going` is a period of work, and journeys in progress complete within it."""

    def __init__(self, field: Field, seed: int) -> None:
        """Plan the journeys; no thread runs yet."""
        self._field = field
        self._desk = Desk(field.targets(), patience=PATIENCE_SECONDS)
        self._today = dt.date.fromisoformat(self._desk.today())
        self._plans = journeys_of(None, list(JURISDICTIONS), self._today, seed=seed)
        self._random = Random(seed)
        self.outcomes: list[tuple[PlannedJourney, Outcome]] = []

    @contextmanager
    def going(self) -> Iterator[None]:
        """Work until the block ends."""
        stop = threading.Event()
        workers = [threading.Thread(target=each, args=(stop,)) for each in (self._write, self._play)]
        for each in workers:
            each.start()
        try:
            yield
        finally:
            stop.set()
            for each in workers:
                each.join()

    def _write(self, stop: threading.Event) -> None:
        for _ in itertools.count():
            if stop.wait(self._random.expovariate(WRITES_PER_SECOND)):
                return
            self._field.write()

    def _play(self, stop: threading.Event) -> None:
        while not stop.wait(BETWEEN_JOURNEYS_SECONDS):
            plan = next(self._plans)
            self.outcomes.append((plan, play_one(plan, self._desk, self._today)))

    def incomplete(self) -> list[str]:
        """Return what journeys still lack now. During a fault, a journey's own check does not wait for all events."""
        lacking = (
            (outcome, missing(plan, self._desk, outcome.case)[0]) for plan, outcome in self.outcomes if outcome.missing
        )
        return [f"{outcome.way}, case {outcome.case}: {lacks}" for outcome, lacks in lacking if lacks]
