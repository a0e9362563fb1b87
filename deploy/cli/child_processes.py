"""The children of `up`: starts them in order, restarts those that end, stops them in reverse order."""

import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import FrameType

from deploy.cli.child import Child, Program, Sink
from deploy.cli.errors import StopAsked
from deploy.cli.processes import ProcessIdentity

TICK_SECONDS = 0.1
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
HELD_OUT_SECONDS = 30.0  # a child that ran this long is well: its next pause is the first one again


@dataclass
class _Watched:
    """A child, and its state between an unexpected end and being ready again."""

    child: Child
    started: float
    pause: float = FIRST_PAUSE_SECONDS
    again_at: float | None = None
    returning: bool = False


@dataclass
class ChildProcesses:
    """Starts, watches and stops programs.

    `say` prints a message, `sink` gets the children's lines, `record` gets the running processes whenever they change
    (it stores them, for the next run to find if this one is killed).
    """

    say: Callable[[str], None]
    sink: Sink
    record: Callable[[list[ProcessIdentity]], None] = lambda _processes: None
    _watched: list[_Watched] = field(default_factory=list)
    _changes: threading.RLock = field(default_factory=threading.RLock)
    _asked: threading.Event = field(default_factory=threading.Event)
    _insisted: threading.Event = field(default_factory=threading.Event)
    _gone: threading.Event = field(default_factory=threading.Event)
    _watcher: threading.Thread | None = None
    _raise_when_asked: bool = False

    @property
    def stop_asked(self) -> bool:
        """Whether someone asked to stop."""
        return self._asked.is_set()

    def start(self, program: Program, *, wait: bool = True) -> None:
        """Start a program. Raises `DidNotStart`, or `StopAsked` when someone asked to stop meanwhile."""
        if self.stop_asked:
            raise StopAsked
        child = Child(program, self.sink)
        with self._changes:
            child.start()
            self._watched.append(_Watched(child, time.monotonic()))
        self._write_down()
        if wait:
            self.wait_ready(program.name)

    def wait_ready(self, *names: str) -> None:
        """Wait for programs that were started without waiting; raises as `start` does."""
        for watched in [watched for watched in self._watched if watched.child.program.name in names]:
            watched.child.wait_until_ready(lambda: self.stop_asked)

    def watch(self) -> None:
        """Restart from now on the children that end unexpectedly."""
        # The thread that starts a child must outlive it: the kernel takes the thread's end for the parent's death.
        self._watcher = threading.Thread(target=self._watch, daemon=True, name="watcher")
        self._watcher.start()

    def _watch(self) -> None:
        while not self._asked.wait(TICK_SECONDS):
            with self._changes:
                for watched in self._watched:
                    if not self.stop_asked:
                        self._look_after(watched)
        self._gone.wait()

    def _look_after(self, watched: _Watched) -> None:
        now, child = time.monotonic(), watched.child
        name = child.program.name
        if watched.again_at is not None:
            if now >= watched.again_at:
                child.start()
                watched.started, watched.again_at, watched.returning = now, None, True
                self._write_down()
        elif not child.running:
            if now - watched.started > HELD_OUT_SECONDS:
                watched.pause = FIRST_PAUSE_SECONDS
            self.say(f"{name} {child.how_it_ended()}. Restarting it in {watched.pause:g} s.")
            watched.again_at = now + watched.pause
            watched.pause = min(watched.pause * 2, LONGEST_PAUSE_SECONDS)
        elif watched.returning and child.program.ready():
            watched.returning = False
            self.say(f"{name} is ready again.")

    def _write_down(self) -> None:
        with self._changes:
            self.record([identity for watched in self._watched if (identity := watched.child.identity)])

    def stay(self) -> None:
        """Return when someone asks to stop."""
        while not self._asked.wait(TICK_SECONDS * 5):  # a bounded wait lets Python run its signal handlers
            pass

    def ask_to_stop(self) -> None:
        """Request the stop; a second request kills what still runs."""
        if self._asked.is_set():
            self._insisted.set()
        self._asked.set()

    def stop(self) -> None:
        """Stop the children in reverse order, each with its own grace; at once on a second request."""
        self._asked.set()
        with self._changes:  # the watcher has ended its last restart and starts nothing else
            children = [watched.child for watched in reversed(self._watched)]
        for child in children:
            if not child.stop(self._insisted.is_set) and not self._insisted.is_set():
                self.say(f"{child.program.name} did not end within {child.program.grace_seconds:g} s and was killed.")
        self._write_down()
        self._gone.set()
        if self._watcher:
            self._watcher.join()

    @contextlib.contextmanager
    def heeding_signals(self) -> Iterator[None]:
        """Treat Ctrl-C, SIGTERM and a closed terminal as a request to stop; a second one kills what still runs."""
        before = {
            number: signal.signal(number, self._heed) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _heed(self, number: int, _frame: FrameType | None) -> None:
        first = not self.stop_asked
        self.ask_to_stop()
        if first and self._raise_when_asked:
            raise StopAsked
        if not first and number == signal.SIGINT:
            self.say("Killing what still runs.")

    @contextlib.contextmanager
    def interruptible(self) -> Iterator[None]:
        """Run work that can't poll for a stop, such as a migration: a request to stop raises `StopAsked` in it."""
        if self.stop_asked:
            raise StopAsked
        self._raise_when_asked = True
        try:
            yield
        finally:
            self._raise_when_asked = False
