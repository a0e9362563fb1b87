"""One running system: its two processes, and the runner's view of them in the consumer's table."""

import contextlib
import subprocess
import threading
import time
from collections.abc import Iterator

import psutil
import psycopg

from deploy.cli.installation import CHECKOUT
from tests.benchmarks.exchange.systems import Place, System

START_SECONDS, WORK_SECONDS = 60.0, 300.0
LOOK_SECONDS = 0.01
#: The pause between two single events: the system is idle, and no poll can synchronise with it.
IDLE_SECONDS = 0.06, 0.09


class DidNotWork(RuntimeError):
    """A system did not start, or did not deliver every event."""


class Running:
    """A system and its two processes."""

    def __init__(self, system: System, place: Place) -> None:
        """Store the system and its place; nothing is started yet."""
        self.system = system
        self._place = place
        self._processes: list[subprocess.Popen[str]] = []
        self._eyes = psycopg.connect(place.target_url, autocommit=True)

    def start(self) -> None:
        """Start the consumer, then the producer, each until it reports that it is ready."""
        self.target = self._start("target")
        self.source = self._start("source")

    def _start(self, role: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [str(self.system.python), "-m", f"tests.benchmarks.exchange.{self.system.module}", role],
            cwd=CHECKOUT,
            env=dict(self._place.variables),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._processes.append(process)
        assert process.stdout is not None
        too_late = threading.Timer(START_SECONDS, process.kill)
        too_late.start()
        try:
            for line in process.stdout:
                if line.strip() == "ready":
                    # If nothing reads the pipe, its writer blocks in the end.
                    threading.Thread(target=process.stdout.read, daemon=True).start()
                    return process
        finally:
            too_late.cancel()
        raise DidNotWork(f"{self.system.name}: its {role} did not start")

    def stop(self) -> None:
        """Stop both processes."""
        for process in reversed(self._processes):
            process.terminate()
        for process in self._processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._eyes.close()

    def ask(self, what: str, count: int) -> None:
        """Request events from the producer."""
        assert self.source.stdin is not None
        self.source.stdin.write(f"{what} {count}\n")
        self.source.stdin.flush()

    def seconds(self, what: str, count: int) -> float:
        """Return the seconds from the request for events to the last one's commit at the consumer."""
        self._eyes.execute("truncate effect")
        began = time.monotonic()
        self.ask(what, count)
        while (seen := self.seen()) < count:
            if time.monotonic() - began > WORK_SECONDS:
                raise DidNotWork(f"{self.system.name}: {seen} of {count} events arrived in {WORK_SECONDS:g} s")
            time.sleep(LOOK_SECONDS)
        return time.monotonic() - began

    def seen(self) -> int:
        """Return the number of events that the consumer has committed."""
        row = self._eyes.execute("select coalesce(sum(seen), 0)::bigint from effect").fetchone()
        return int(row[0]) if row else 0

    def idle_milliseconds(self, count: int) -> list[float]:
        """Return the latency of single events, from before the producer's transaction until the consumer's commit.

        The consumer's database notifies the runner of commits: polling would take CPU time from the measured system.
        """
        self._eyes.execute("create trigger tell after insert or update on effect for each row execute function tell()")
        self._eyes.execute("listen effect")
        try:
            return [self._one(number) for number in range(count)]
        finally:
            self._eyes.execute("unlisten effect")
            self._eyes.execute("drop trigger tell on effect")

    def _one(self, number: int) -> float:
        shortest, longest = IDLE_SECONDS
        time.sleep(shortest + (longest - shortest) * (number * 0.618 % 1))
        self.ask("live", 1)
        for notice in self._eyes.notifies(timeout=20, stop_after=1):
            return (time.time() - float(notice.payload)) * 1000
        raise DidNotWork(f"{self.system.name}: a single event did not arrive")

    def resident_megabytes(self) -> tuple[float, float]:
        """Return the resident memory of producer and consumer, with their child processes; 1 MB = 1,000,000 bytes."""
        source, target = (_resident(each.pid) for each in (self.source, self.target))
        return source, target


def _resident(pid: int) -> float:
    family = [psutil.Process(pid)]
    family += family[0].children(recursive=True)
    return sum(each.memory_info().rss for each in family) / 1_000_000


@contextlib.contextmanager
def running(system: System, place: Place) -> Iterator[Running]:
    """Run a system until the block ends."""
    found = Running(system, place)
    try:
        found.start()
        yield found
    finally:
        found.stop()
