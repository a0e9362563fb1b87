"""Shared parts of the trials in Docker that kill servers under writes: the writers, and the confirmed writes."""

import subprocess

from deploy.cli.api import Targets, find_targets
from deploy.cli.installation import CHECKOUT
from tests.faults.field_writes import Write, Writes
from tests.kit.waiting import wait_until

#: The maximum pause after the loss of a server, and the patience for other events (seconds).
PAUSE_SECONDS, PATIENCE_SECONDS = 15.0, 180.0
WRITES = 40


class Desks(Writes):
    """Clients that open a few cases a second: the services limit the rate of one caller."""

    pause = 0.2

    def targets(self) -> Targets:
        """Return the addresses of this checkout's services."""
        return find_targets()


def compose(*arguments: str) -> str:
    """Return the output of `docker compose`; raises an error if it failed."""
    return subprocess.run(
        ["docker", "compose", *arguments], cwd=CHECKOUT, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def ask(server: str, query: str, database: str = "intake") -> str:
    """Return the result of a query to a database server."""
    return compose("exec", "-T", server, "psql", "-XAtqU", "postgres", "-d", database, "-c", query).strip()


def confirmed(written: list[Write]) -> list[str]:
    """Return the cases that a service confirmed."""
    return [write.case for write in written if write.case is not None]


def wait_for_more(written: list[Write], count: int) -> None:
    """Wait until `count` more writes were confirmed."""
    aim = len(confirmed(written)) + count
    wait_until(lambda: len(confirmed(written)) >= aim, f"{count} more writes are confirmed", PATIENCE_SECONDS)


def lost(server: str, cases: list[str]) -> set[str]:
    """Return the confirmed cases that are missing."""
    return set(cases) - set(ask(server, "select id from cases").split())
