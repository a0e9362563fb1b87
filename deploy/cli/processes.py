"""Processes by pid and start time: a recorded pid is believed only while the very same process holds it."""

import contextlib
import functools
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
POLL_SECONDS = 0.05


@dataclass(frozen=True)
class ProcessIdentity:
    """A process that Casepath started. `started` is opaque; pid and `started` together identify the process."""

    name: str
    pid: int
    started: str

    @property
    def alive(self) -> bool:
        """Whether the same process still runs (a zombie does not)."""
        return bool(self.started) and started_at(self.pid) == self.started


def identify(name: str, pid: int) -> ProcessIdentity:
    """Return the identity of the process that has this pid now."""
    return ProcessIdentity(name, pid, started_at(pid))


def started_at(pid: int) -> str:
    """Return when the process with this pid started, as an opaque text; empty when there is none (or a zombie)."""
    if PROC.joinpath("self/stat").exists():
        try:
            fields = (
                PROC.joinpath(str(pid), "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            )
        except OSError:
            return ""
        return "" if fields[0] == "Z" else f"{_boot()}:{fields[19]}"
    completed = subprocess.run(
        ["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    state, _, since = completed.stdout.strip().partition(" ")
    return "" if state.startswith("Z") else since.strip()


@functools.cache
def _boot() -> str:
    return PROC.joinpath("sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


def wait_until(reached: Callable[[], bool], seconds: float, give_up: Callable[[], bool] = lambda: False) -> bool:
    """Poll until `reached`; return False when the seconds are over or `give_up` returns True."""
    deadline = time.monotonic() + seconds
    while not reached():
        if give_up() or time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def end(process: ProcessIdentity, grace_seconds: float) -> None:
    """End a process that is not our child: ask by SIGTERM, kill it after the grace."""
    for number, patience in ((signal.SIGTERM, grace_seconds), (signal.SIGKILL, 5.0)):
        if not process.alive:
            return
        try:
            os.kill(process.pid, number)
        except ProcessLookupError:
            return
        wait_until(lambda: not process.alive, patience)


@functools.cache
def setpriv() -> str | None:
    """Return the path of util-linux's setpriv; None when it can't end a child with its parent."""
    program = shutil.which("setpriv", path=os.environ.get("PATH", "") + ":/usr/bin:/bin")
    if program is None:
        return None
    helped = subprocess.run([program, "--help"], capture_output=True, text=True, check=False)
    return program if "--pdeathsig" in helped.stdout + helped.stderr else None


def dying_with_parent(command: list[str], death_signal: str) -> list[str]:
    """Have the kernel send `death_signal` (TERM, INT) to the command when the process that starts it dies.

    Where the kernel can't (macOS), the command is left as it is; `deploy.cli.orphan_reaper` does it there.
    """
    program = setpriv()
    return [program, "--pdeathsig", death_signal, "--", *command] if program else command


def port_holder(port: int) -> str:
    """Return the process that listens on this TCP port, in words ("process 12 (beam.smp)"); empty if it is unknown."""
    import psutil  # loaded only when it is wanted

    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):  # another user's process, or one that has just ended
            for connection in process.net_connections("tcp"):
                if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port:
                    return f"process {process.pid} ({process.name()})"
    return ""
