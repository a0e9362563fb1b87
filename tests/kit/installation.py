"""A temporary installation with its own state folder and ports."""

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
    """`up` exited, or took too long; its output is in the log above."""


@contextlib.contextmanager
def empty(*, in_memory: bool = False, **different: str) -> Iterator[Installation]:
    """Yield an installation with empty stores and these variables, and remove its folder afterwards.

    In memory, flushing a store to disk takes no time: use it for tests, and not for measurements.
    """
    disk = Path(tempfile.mkdtemp(prefix="casepath-benchmark-"))
    disk.chmod(0o711)  # if root runs the tests, the private servers run as another user, who must enter the folder
    try:
        with folder_for("installation", disk) if in_memory else contextlib.nullcontext(disk) as folder:
            yield here({**_variables(folder / "state"), **different})
    finally:
        shutil.rmtree(disk, ignore_errors=True)


@contextlib.contextmanager
def started(installation: Installation) -> Iterator[float]:
    """Run `up` until every service is ready; yields the seconds that it took, and stops the installation afterwards."""
    began = time.monotonic()
    process = command(installation, "up", "--no-journeys")
    try:
        wait_until_ready(installation, process)
        yield time.monotonic() - began
    finally:
        process.terminate()
        process.wait()


class SharedInstallation:
    """The installation that tests share. The first test starts it; a test with its own installation stops it."""

    def __init__(self, **different: str) -> None:
        """Store the variables that differ from the defaults; nothing is started yet."""
        self._different = different
        self._open = contextlib.ExitStack()
        self._found: Installation | None = None

    def begin(self) -> Installation:
        """Return the installation when every service is ready; start it if necessary."""
        if self._found is None:
            found = self._open.enter_context(empty(in_memory=True, **self._different))
            self._open.enter_context(started(found))
            self._found = found
        wait_until_ready(self._found)  # services that an earlier test killed are restarted
        return self._found

    def end(self) -> None:
        """Stop the installation if it runs."""
        self._found = None
        self._open.close()


def command(installation: Installation, *arguments: str) -> "subprocess.Popen[bytes]":
    """Start the command; its output goes where a failure can show it."""
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
    """Return when every service is ready. Raises `DidNotStart`, immediately if the process that starts them exited."""
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
    # Measurements, and hours replayed within minutes, send more requests than one person does.
    rates = {"CASEPATH_RATE_CALLER": "off", "CASEPATH_RATE_CLIENT": "off"}
    return {**kept, **ports, **rates, "CASEPATH_HOME": str(home)}
