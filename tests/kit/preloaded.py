"""Service processes that are forked from a process with all services loaded: loading one takes two seconds of CPU time.

A forked service is a separate process with its own environment, like one of `python -m services <name>`.
"""

import atexit
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import IO, Any

from deploy.cli.installation import CHECKOUT

_LOOK_SECONDS = 0.02


class Forked:
    """A service's process, with the used part of the interface of `subprocess.Popen`."""

    def __init__(self, pid: int, stdout: "IO[str] | None" = None) -> None:
        self.pid, self.stdout = pid, stdout
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return the exit code, negative for the signal that ended the process; None while it runs."""
        if self.returncode is None:
            status = _preloaded().answered({"look": self.pid})
            self.returncode = None if status is None else os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code when the process has ended. Raises `subprocess.TimeoutExpired`."""
        until = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if until is not None and time.monotonic() > until:
                raise subprocess.TimeoutExpired(["services"], timeout or 0.0)
            time.sleep(_LOOK_SECONDS)
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal to the process, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask the process to exit."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Kill the process immediately."""
        self.send_signal(signal.SIGKILL)


class _Preloaded:
    """The process that is forked, and the pipe for orders to it."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.kit.preloaded_process"],
            cwd=CHECKOUT,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(CHECKOUT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        atexit.register(self._end)

    def answered(self, order: Mapping[str, object]) -> Any:
        with self._turn:
            orders, answers = self._process.stdin, self._process.stdout
            assert orders is not None
            assert answers is not None
            orders.write(f"{json.dumps(order)}\n")
            orders.flush()
            return json.loads(answers.readline())

    def _end(self) -> None:
        """Stop the process, and every process that it started and that still runs."""
        with self._process:  # closing its pipes ends its orders, and it exits
            pass


@cache
def _preloaded() -> _Preloaded:
    return _Preloaded()


def start(service: str, environment: Mapping[str, str], directory: Path, *, out: Path, err: Path) -> Forked:
    """Start a service that writes to these existing files."""
    named = {"service": service, "directory": str(directory), "environment": dict(environment)}
    return Forked(_preloaded().answered({**named, "out": str(out), "err": str(err)}))


def start_with_pipe(service: str, environment: Mapping[str, str], directory: Path) -> Forked:
    """Start a service that writes its output, including standard error, to a pipe."""
    read, write = os.pipe()
    try:
        pipe = Path(f"/proc/{os.getpid()}/fd/{write}")
        process = start(service, environment, directory, out=pipe, err=pipe)
    finally:
        os.close(write)
    process.stdout = os.fdopen(read, encoding="utf-8", errors="replace")
    return process
