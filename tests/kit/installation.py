"""A throw-away installation of its own: state folder and ports that no other one has."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil

from deploy.cli import running
from deploy.cli.environment import answers
from deploy.cli.installation import CHECKOUT, SERVICES, USUAL_PORTS, Installation, here, port_variable

LONGEST_START_SECONDS = 120.0
LOOK_SECONDS = 0.05


class DidNotStart(RuntimeError):
    """`up` ended, or took too long; what it said is above."""


@contextlib.contextmanager
def empty(**different: str) -> Iterator[Installation]:
    """Yield an installation whose stores are empty, with these variables, and remove its folder afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="casepath-benchmark-"))
    folder.chmod(0o711)  # as root, the private servers run as another user and have to pass
    try:
        yield here({**_variables(folder / "state"), **different})
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def started(installation: Installation) -> Iterator[float]:
    """Run `up` until every service is ready; gives the seconds that it took, and stops it afterwards."""
    began = time.monotonic()
    process = command(installation, "up", "--no-journeys")
    try:
        _wait_until_ready(installation, process)
        yield time.monotonic() - began
    finally:
        process.terminate()
        process.wait()


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


def _wait_until_ready(installation: Installation, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + LONGEST_START_SECONDS
    waiting = list(SERVICES)
    while waiting:
        if process.poll() is not None or time.monotonic() > deadline:
            raise DidNotStart(f"Not ready: {', '.join(waiting)}. ./casepath up --no-journeys says why.")
        waiting = [name for name in waiting if not answers(f"{installation.address(name)}/health/ready")]
        time.sleep(LOOK_SECONDS)


def _variables(home: Path) -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CASEPATH_")}
    ports = {port_variable(name): str(port) for name, port in zip(USUAL_PORTS, _free_ports(), strict=True)}
    # What is measured, or played in minutes, is more than one person does.
    rates = {"CASEPATH_RATE_CALLER": "off", "CASEPATH_RATE_CLIENT": "off"}
    return {**kept, **ports, **rates, "CASEPATH_HOME": str(home)}


def _free_ports() -> list[int]:
    with contextlib.ExitStack() as open_together:
        probes = [open_together.enter_context(socket.socket()) for _ in USUAL_PORTS]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
