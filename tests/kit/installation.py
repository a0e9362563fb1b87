"""A throw-away installation of its own: state folder and ports that no other one has."""

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil

from deploy.cli import running
from deploy.cli.environment import answers
from deploy.cli.installation import CHECKOUT, SERVICES, USUAL_PORTS, Installation, here, port_variable
from deploy.cli.servers import free_ports
from tests.kit.private_servers import folder_for

LONGEST_START_SECONDS = 120.0
LOOK_SECONDS = 0.05


class DidNotStart(RuntimeError):
    """`up` ended, or took too long; what it said is above."""


@contextlib.contextmanager
def empty(*, in_memory: bool = False, **different: str) -> Iterator[Installation]:
    """Yield an installation whose stores are empty, with these variables, and remove its folder afterwards.

    In memory a store's promise that something is on the disk takes no time: for tests, and not for what measures.
    """
    disk = Path(tempfile.mkdtemp(prefix="casepath-benchmark-"))
    disk.chmod(0o711)  # as root, the private servers run as another user and have to pass
    try:
        with folder_for("installation", disk) if in_memory else contextlib.nullcontext(disk) as folder:
            yield here({**_variables(folder / "state"), **different})
    finally:
        shutil.rmtree(disk, ignore_errors=True)


@contextlib.contextmanager
def started(installation: Installation) -> Iterator[float]:
    """Run `up` until every service is ready; gives the seconds that it took, and stops it afterwards."""
    began = time.monotonic()
    process = command(installation, "up", "--no-journeys")
    try:
        wait_until_ready(installation, process)
        yield time.monotonic() - began
    finally:
        process.terminate()
        process.wait()


class SharedInstallation:
    """The installation of all tests that need none of their own: begun by the first, ended for those that do."""

    def __init__(self, **different: str) -> None:
        """Store what is different of it; nothing runs yet."""
        self._different = different
        self._open = contextlib.ExitStack()
        self._found: Installation | None = None

    def begin(self) -> Installation:
        """Return it once every service is ready; start it unless it runs."""
        if self._found is None:
            found = self._open.enter_context(empty(in_memory=True, **self._different))
            self._open.enter_context(started(found))
            self._found = found
        wait_until_ready(self._found)  # whatever a test has killed is there again
        return self._found

    def end(self) -> None:
        """Stop it, if it runs."""
        self._found = None
        self._open.close()


def command(installation: Installation, *arguments: str) -> "subprocess.Popen[bytes]":
    """Start the command; its words go where a failure can show them."""
    return subprocess.Popen(
        ["./casepath", *arguments],
        cwd=CHECKOUT,
        env=dict(installation.variables),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def resident_megabytes(installation: Installation, service: str) -> float:
    """Return the resident memory of a running service, 1 MB = 1,000,000 bytes."""
    processes = running.read(installation.running_file)["processes"]
    pid = next(int(each["pid"]) for each in processes if each["name"] == service)
    return float(psutil.Process(pid).memory_info().rss) / 1_000_000


def wait_until_ready(installation: Installation, process: "subprocess.Popen[bytes] | None" = None) -> None:
    """Return when every service is ready. Raises `DidNotStart`: at once where the process that starts them ended."""
    deadline = time.monotonic() + LONGEST_START_SECONDS
    waiting = list(SERVICES)
    while waiting:
        if (process is not None and process.poll() is not None) or time.monotonic() > deadline:
            raise DidNotStart(f"Not ready: {', '.join(waiting)}. ./casepath up --no-journeys says why.")
        waiting = [name for name in waiting if not answers(f"{installation.address(name)}/health/ready")]
        time.sleep(LOOK_SECONDS)


def _variables(home: Path) -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CASEPATH_")}
    ports = {
        port_variable(name): str(port) for name, port in zip(USUAL_PORTS, free_ports(len(USUAL_PORTS)), strict=True)
    }
    # What is measured, or played in minutes, is more than one person does.
    rates = {"CASEPATH_RATE_CALLER": "off", "CASEPATH_RATE_CLIENT": "off"}
    return {**kept, **ports, **rates, "CASEPATH_HOME": str(home)}
