"""A child process: its program, its readiness check, its output, its end."""

import os
import re
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.cli.errors import DidNotStart, StopAsked
from deploy.cli.processes import ProcessIdentity, dying_with_parent, identify, wait_until

Sink = Callable[[str, str], None]  # name of the program, line of its output
REMEMBERED_LINES = 15
COLOUR = re.compile(r"\x1b\[[0-9;]*m")  # some programs always colour their output


def never() -> bool:
    """Return False: do not give up."""
    return False


def at_once() -> bool:
    """Return True: the program is ready as soon as it runs."""
    return True


@dataclass(frozen=True, kw_only=True)
class Program:
    """A program to run, and how to stop it."""

    name: str
    command: list[str]
    environment: Mapping[str, str] = field(repr=False)  # holds secrets
    directory: Path
    ready: Callable[[], bool] = at_once
    worth_showing: Callable[[str], bool] = bool  # which lines of its output a person should see; no empty ones
    ready_seconds: float = 60.0
    stop_signal: int = signal.SIGTERM
    death_signal: str = "TERM"  # what the kernel sends when we are killed ourselves
    grace_seconds: float = 15.0
    as_user: Callable[[list[str]], list[str]] = list  # runs the command as another user


class Child:
    """A program while we run it. Only the process itself is signalled, never its group, which would get it twice."""

    def __init__(self, program: Program, sink: Sink) -> None:
        self.program = program
        self._sink = sink
        self._process: subprocess.Popen[str] | None = None
        self._pump: threading.Thread | None = None
        self._last_lines: deque[str] = deque(maxlen=REMEMBERED_LINES)

    @property
    def pid(self) -> int | None:
        """The process, once started."""
        return self._process.pid if self._process else None

    @property
    def running(self) -> bool:
        """Started and not ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def identity(self) -> ProcessIdentity | None:
        """The record with which a later run finds this process if this run is killed."""
        return identify(self.program.name, self._process.pid) if self._process and self.running else None

    def start(self) -> None:
        """Start the process in a new session: Ctrl-C at the terminal reaches only the command."""
        self._process = subprocess.Popen(
            # In this order: the kernel forgets the death signal of a process that changes its user.
            self.program.as_user(dying_with_parent(self.program.command, self.program.death_signal)),
            env=dict(self.program.environment),
            cwd=self.program.directory,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self._pump = threading.Thread(target=self._read, args=(self._process,), daemon=True)
        self._pump.start()

    def _read(self, process: "subprocess.Popen[str]") -> None:
        if process.stdout is None:  # never: it is a pipe
            return
        with process.stdout as lines:
            for coloured in lines:
                line = COLOUR.sub("", coloured).rstrip()
                self._last_lines.append(line)
                if self.program.worth_showing(line):
                    self._sink(self.program.name, line)

    def wait_until_ready(self, give_up: Callable[[], bool] = never) -> None:
        """Return when the program is ready. Raises `DidNotStart` when it ends first or takes too long."""
        is_ready = False

        def has_come_or_ended() -> bool:
            nonlocal is_ready
            is_ready = self.running and self.program.ready()
            return is_ready or not self.running

        wait_until(has_come_or_ended, self.program.ready_seconds, give_up)
        if give_up():
            raise StopAsked
        if not self.running:
            raise self._did_not_start(f"it {self.how_it_ended()}")
        if not is_ready:  # as it was seen: asked once more, a busy machine may answer too late
            raise self._did_not_start(f"it was not ready after {self.program.ready_seconds:.0f} s")

    def _did_not_start(self, reason: str) -> DidNotStart:
        if self._pump and not self.running:
            self._pump.join(timeout=1)
        last = "\n".join(f"        {line}" for line in self._last_lines)
        return DidNotStart(
            f"{self.program.name} did not start.",
            why=reason + (f"; its last lines:\n{last}" if last else "; it said nothing"),
            next_step="run ./casepath doctor to find what is missing on this machine",
        )

    def how_it_ended(self) -> str:
        """Return in words how the process ended."""
        code = self._process.poll() if self._process else None
        if code is None:
            return "has not ended"
        return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"

    def stop(self, hurry: Callable[[], bool] = never) -> bool:
        """Ask the process to end. After its grace period, or if `hurry` returns True, kill it and return False."""
        if self._process is None or not self.running:
            return True
        self.signal(self.program.stop_signal)
        asked = wait_until(lambda: not self.running, self.program.grace_seconds, hurry)
        self.kill()
        if self._pump:
            self._pump.join(timeout=1)
        return asked

    def kill(self) -> None:
        """End the process at once, as a crash would."""
        if self._process and self.running:
            self.signal(signal.SIGKILL)
            self._process.wait()

    def signal(self, number: int) -> None:
        """Send a signal to the process, unless it has ended."""
        if self._process and self.running:
            os.kill(self._process.pid, number)
