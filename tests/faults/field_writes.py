"""Work for a field: whole journeys, and quick writes that are remembered, with what was answered."""

import contextlib
import datetime as dt
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

from deploy.cli.api import Api, ApiProblem, ServiceAway, Targets
from deploy.cli.journey.batch import Batch, journeys_of, play_all
from deploy.cli.journey.desk import Desk
from shared.reference import JURISDICTIONS

#: Answers from here on say nothing about what was stored.
FIRST_UNSURE_STATUS = 500
PAUSE_SECONDS = 0.02


@dataclass(frozen=True)
class Write:
    """One opened case. `trace` finds it in the log; `case` is None where no answer came: its outcome is unknown."""

    trace: str
    case: str | None

    @property
    def answered(self) -> bool:
        """The service said that it is stored."""
        return self.case is not None


class Writes(ABC):
    """Journeys and quick writes; both may be called from any thread, and while a fault is on."""

    #: Between two quick writes of a thread (seconds).
    pause = PAUSE_SECONDS

    def __init__(self) -> None:
        """Nothing is written yet."""
        super().__init__()
        self.writes: list[Write] = []

    @abstractmethod
    def targets(self) -> Targets:
        """Where the services are."""

    def journeys(self, count: int, *, seed: int = 1) -> Batch:
        """Play whole journeys to their ends, as `./casepath journey` does; fails where one did not come to its end."""
        targets = self.targets()
        today = dt.date.fromisoformat(Desk(targets).today())
        plans = journeys_of(None, list(JURISDICTIONS), today, seed=seed)
        taken = (plan for plan, _ in zip(plans, range(count), strict=False))
        batch = play_all(taken, targets, today, seed=seed, on_outcome=lambda _outcome: None)
        lacking = [(each.way, each.missing) for each in batch.outcomes if each.missing]
        assert batch.all_complete, f"{batch.complete} of {count} journeys complete: {lacking}"
        return batch

    def write(self, count: int = 1) -> list[Write]:
        """Open cases with urgent needs, one after the other; each is tried once, whatever comes of it."""
        api = Api(self.targets(), roles=["caseworker"])
        return [self._open_case(api) for _ in range(count)]

    def _open_case(self, api: Api) -> Write:
        trace = uuid4().hex
        headers = {"Idempotency-Key": str(uuid4()), "traceparent": f"00-{trace}-{trace[:16]}-01"}
        body = {
            "jurisdiction": "NL",
            "source": "self",
            "channel": "phone",
            "language": "bg",
            "anonymous": False,
            "urgent_needs": ["medical_emergency"],
        }
        try:
            case = str(api.request("POST", "intake", "/v1/cases", body=body, headers=headers).json()["id"])
        except (ServiceAway, ApiProblem) as problem:
            if isinstance(problem, ApiProblem) and problem.status < FIRST_UNSURE_STATUS:
                raise
            case = None
        written = Write(trace, case)
        self.writes.append(written)
        return written

    @contextlib.contextmanager
    def under_writes(self, threads: int = 2) -> Iterator[list[Write]]:
        """Keep opening cases while the block lasts; gives what has been written so far."""
        written: list[Write] = []
        stop = threading.Event()

        def work() -> None:
            api = Api(self.targets(), roles=["caseworker"])
            while not stop.wait(self.pause):
                written.append(self._open_case(api))

        workers = [threading.Thread(target=work, daemon=True) for _ in range(threads)]
        for each in workers:
            each.start()
        try:
            yield written
        finally:
            stop.set()
            for each in workers:
                each.join()
