"""The lock of a running `up`, and the record with which other commands find its processes."""

import contextlib
import datetime as dt
import fcntl
import json
import os
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TypedDict

from deploy.cli.errors import AlreadyRunning
from deploy.cli.installation import SERVICES, Installation, write_private
from deploy.cli.processes import ProcessIdentity, end

STRAY_GRACE_SECONDS = 10.0
LOCK_ATTEMPTS = 5
LOCK_PAUSE_SECONDS = 0.05


class Run(TypedDict, total=False):
    """The record of a run."""

    pid: int
    since: str
    environment: str
    services: dict[str, str]
    processes: list[dict[str, str | int]]


@contextlib.contextmanager
def the_only_up(installation: Installation) -> Iterator[None]:
    """Hold the installation's lock, which the kernel releases however we end. Raises `AlreadyRunning`."""
    installation.make_home()
    handle = _locked(installation.lock_file)
    if handle is None:
        raise already_running(installation)
    try:
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        yield
    finally:
        installation.lock_file.unlink(missing_ok=True)
        os.close(handle)


def _locked(path: Path) -> int | None:
    for _ in range(LOCK_ATTEMPTS):
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        # Two chances to fail that are no running `up`: one that was just ending has removed the file between our open
        # and our lock, so that it locks nothing; or another verb was just looking who holds it.
        with contextlib.suppress(BlockingIOError, FileNotFoundError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(handle).st_ino == path.stat().st_ino:
                return handle
        os.close(handle)
        time.sleep(LOCK_PAUSE_SECONDS)
    return None


def holder(installation: Installation) -> int | None:
    """Return the pid of the `up` that runs now (0 when unknown); None when the lock is free, even if a file is left."""
    try:
        handle = os.open(installation.lock_file, os.O_RDWR)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        text = os.pread(handle, 32, 0).decode("ascii", "replace").strip()
        return int(text) if text.isdecimal() else 0
    finally:
        os.close(handle)
    return None


def already_running(installation: Installation) -> AlreadyRunning:
    """Return the error for a second start: it names what runs where."""
    record = read(installation.running_file)
    since = f" since {record['since']}" if "since" in record else ""
    where = ", ".join(f"{name} {url}" for name, url in record.get("services", {}).items())
    return AlreadyRunning(
        f"Casepath already runs from this checkout (process {holder(installation) or 'unknown'}{since}).",
        why=f"it serves {where}" if where else "it is still starting",
        next_step="use it, or stop it with ./casepath down",
    )


def write(installation: Installation, processes: list[ProcessIdentity], environment: str) -> None:
    """Record this run: addresses and processes. No secret is in it."""
    before = read(installation.running_file)
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    document: Run = {
        "pid": os.getpid(),
        "since": before["since"] if before.get("pid") == os.getpid() else now,
        "environment": environment,
        "services": {name: installation.address(name) for name in SERVICES},
        "processes": [asdict(process) for process in processes],
    }
    write_private(installation.running_file, json.dumps(document, indent=2))


def read(path: Path) -> Run:
    """Return the record of a run; empty when there is none that can be read."""
    try:
        record: Run = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def end_strays(running_file: Path) -> list[str]:
    """End what an earlier run left behind, last started first, and forget that run. Returns the names of the ended."""
    strays = [
        ProcessIdentity(str(recorded["name"]), int(recorded["pid"]), str(recorded["started"]))
        for recorded in read(running_file).get("processes", [])
    ]
    alive = [stray for stray in reversed(strays) if stray.alive]
    for stray in alive:
        end(stray, STRAY_GRACE_SECONDS)
    running_file.unlink(missing_ok=True)
    return [stray.name for stray in alive]
