"""Work for a field: complete journeys, and quick writes that are recorded with their responses."""

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

#: Responses from this status on do not show whether the write was stored.
FIRST_UNSURE_STATUS = 500
PAUSE_SECONDS = 0.02


@dataclass(frozen=True)
class Write:
    """One opened case. `trace` finds it in the log; `case` is None without a response: its outcome is unknown."""

    trace: str
    case: str | None

    @property
    def answered(self) -> bool:
        """Return whether the service confirmed that the case is stored."""
        return self.case is not None


class Writes(ABC):
    """Journeys and quick writes; both may be called from any thread, and while a fault persists."""

    #: The pause between two quick writes of a thread (seconds).
    pause = PAUSE_SECONDS

    def __init__(self) -> None:
        """Start without any write."""
        super().__init__()
        self.writes: list[Write] = []

    @abstractmethod
    def targets(self) -> Targets:
        """Return the addresses of the services."""

    def journeys(self, count: int, *, seed: int = 1) -> Batch:
        """Run complete journeys, as `./casepath journey` does; fail if one does not complete."""
        targets = self.targets()
        today = dt.date.fromisoformat(Desk(targets).today())
        plans = journeys_of(None, list(JURISDICTIONS), today, seed=seed)
        taken = (plan for plan, _ in zip(plans, range(count), strict=False))
        batch = play_all(taken, targets, today, seed=seed, on_outcome=lambda _outcome: None)
        lacking = [(each.way, each.missing) for each in batch.outcomes if each.missing]
        assert batch.all_complete, f"{batch.complete} of {count} journeys complete: {lacking}"
        return batch

    def write(self, count: int = 1) -> list[Write]:
        """Open cases with urgent needs, one after the other; each request is sent once, even if it fails."""
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
        """Keep opening cases until the block ends; yields the writes so far."""
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
