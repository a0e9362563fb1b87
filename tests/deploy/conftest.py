"""Stand-ins for the programs and services that the command starts and calls."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.cli.child import Program
from deploy.cli.installation import USUAL_PORTS, Installation
from deploy.cli.servers import free_ports
from tests.kit.stand_in import StandIn

WAITS = "import signal, sys; print('begun', flush=True); signal.sigwait([signal.SIGTERM]); print('ended', flush=True)"


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    """Return an installation in a folder with a space in its name, on free ports."""
    ports = dict(zip(USUAL_PORTS, free_ports(len(USUAL_PORTS)), strict=True))
    checkout = tmp_path / "a check out"
    checkout.mkdir()
    return Installation(checkout, tmp_path / "the state", ports, {"PATH": os.environ["PATH"]})


@pytest.fixture
def program(tmp_path: Path) -> Callable[..., Program]:
    """Return a function that makes a small program. It reports when it starts and, after SIGTERM, when it ends."""

    def make(name: str = "standin", source: str = WAITS, **more: Any) -> Program:
        environment = {"PATH": os.environ["PATH"]}
        # Blocked before the program starts, so that an early SIGTERM waits for it.
        command = [sys.executable, "-c", f"import signal; signal.pthread_sigmask(0, [{int(signal.SIGTERM)}])\n{source}"]
        return Program(name=name, command=command, environment=environment, directory=tmp_path, **more)

    return make


@pytest.fixture
def services() -> Iterator[StandIn]:
    stand_in = StandIn()
    yield stand_in
    stand_in.close()
