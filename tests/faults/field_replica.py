"""One replica of a service as a real process: its port, its environment, its child process."""

import os
import subprocess
import threading
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import cast
from urllib.error import HTTPError

from deploy.cli.child import Child, Program
from deploy.cli.environment import answers, service_program
from deploy.cli.installation import Installation
from deploy.cli.stores import Stores
from tests.kit import preloaded
from tests.kit.waiting import PATIENCE

ANSWER_SECONDS = 5.0
# Requests to our own replicas must not use a proxy of the environment.
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass
class Replica:
    """A replica's address, and its process if there is one."""

    service: str
    number: int
    port: int
    child: Child = field(init=False)

    @property
    def name(self) -> str:
        """Return the name in the log."""
        return f"{self.service} {self.number}"

    @property
    def running(self) -> bool:
        """Return whether the replica was started and has not exited."""
        return hasattr(self, "child") and self.child.running

    def get(self, path: str) -> str:
        """Send a request to this replica, bypassing the front."""
        with _direct.open(f"http://127.0.0.1:{self.port}{path}", timeout=ANSWER_SECONDS) as answer:
            return str(answer.read().decode())

    def said(self, path: str) -> str:
        """Send a request to this replica, and accept an error response too."""
        try:
            return self.get(path)
        except HTTPError as refused:
            with refused:
                return refused.read().decode()


def child_of(
    installation: Installation,
    stores: Stores,
    replica: Replica,
    told: Mapping[str, str],
    sink: Callable[[str, str], None],
) -> Child:
    """Create the process of a replica without starting it."""
    usual = service_program(installation, stores, replica.service)
    different = {
        **{
            name: value
            for name, value in stores.given.items()
            if name.startswith(f"CASEPATH_{replica.service.upper()}")
        },
        f"CASEPATH_{replica.service.upper()}_LISTEN": f"127.0.0.1:{replica.port}",
        **told,
    }
    named = {f"{name}_FILE" for name in different}
    environment = {**{name: value for name, value in usual.environment.items() if name not in named}, **different}
    program = replace(
        usual,
        name=replica.name,
        environment=environment,
        ready=lambda: answers(f"http://127.0.0.1:{replica.port}/health/ready"),
        ready_seconds=PATIENCE,
    )
    return _PreloadedChild(replica.service, program, sink)


class _PreloadedChild(Child):
    """A child that is forked from a process with its service loaded, because fault scenarios often start services."""

    def __init__(self, service: str, program: Program, sink: Callable[[str, str], None]) -> None:
        super().__init__(program, sink)
        self._service = service

    def start(self) -> None:
        forked = preloaded.start_with_pipe(self._service, self.program.environment, self.program.directory)
        # `Forked` implements the part of the interface that is used.
        self._process = process = cast("subprocess.Popen[str]", forked)
        self._pump = threading.Thread(target=self._read, args=(process,), daemon=True)
        self._pump.start()


def plain_environment() -> dict[str, str]:
    """Return our own environment without the variables for another installation, and without a limit on write rates."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("CASEPATH_")}
    return {**ours, "CASEPATH_RATE_CALLER": "off", "CASEPATH_RATE_CLIENT": "off"}


def replaced_port(address: str, before: int, now: int) -> str:
    """Return an address with another port."""
    return address.replace(f"@127.0.0.1:{before}/", f"@127.0.0.1:{now}/")
