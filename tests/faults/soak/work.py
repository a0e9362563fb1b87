"""The work under which faults happen: whole journeys and quick writes, steady and bounded."""

import datetime as dt
import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from deploy.cli.errors import StopAsked
from deploy.cli.journey.batch import Outcome, plans_of, play_one
from deploy.cli.journey.desk import Desk
from shared.reference import JURISDICTIONS
from tests.faults.field import Field

WRITES_PER_SECOND = 4.0
BETWEEN_JOURNEYS_SECONDS = 3.0
#: What one fault may last, a start after it, and a cautious beginning.
PATIENCE_SECONDS = 120.0


class Work:
    """Two threads; `going` is a stretch of work, and journeys that are under way come to their end in it."""

    def __init__(self, field: Field, seed: int) -> None:
        """Plan the journeys; nobody works yet."""
        self._field = field
        self._desk = Desk(field.targets(), patience=PATIENCE_SECONDS)
        self._today = dt.date.fromisoformat(self._desk.today())
        self._plans = plans_of(None, list(JURISDICTIONS), self._today, seed=seed)
        self._random = Random(seed)
        self.outcomes: list[Outcome] = []

    @contextmanager
    def going(self) -> Iterator[None]:
        """Work for as long as the block lasts."""
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
            try:
                self.outcomes.append(play_one(next(self._plans), self._desk, self._today))
            except StopAsked:
                return

    @property
    def incomplete(self) -> list[Outcome]:
        """The journeys that did not come to their end."""
        return [each for each in self.outcomes if not each.complete]
