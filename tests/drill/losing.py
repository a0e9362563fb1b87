"""What trials in Docker have in common in which servers are killed under writes: who writes, and what was confirmed."""

import subprocess

from deploy.cli.api import Targets, find_targets
from deploy.cli.installation import CHECKOUT
from tests.faults.field_writes import Write, Writes
from tests.kit.waiting import wait_until

#: What the loss of a server is held to, and what is given to things that are only waited for (seconds).
PAUSE_SECONDS, PATIENCE_SECONDS = 15.0, 180.0
WRITES = 40


class Desks(Writes):
    """Who opens cases, a few a second: the services limit what one caller may ask."""

    pause = 0.2

    def targets(self) -> Targets:
        """Where the services of this checkout are."""
        return find_targets()


def compose(*arguments: str) -> str:
    """Return what `docker compose` says; raises where it failed."""
    return subprocess.run(
        ["docker", "compose", *arguments], cwd=CHECKOUT, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def ask(server: str, query: str, database: str = "intake") -> str:
    """Return what a server of the data answers."""
    return compose("exec", "-T", server, "psql", "-XAtqU", "postgres", "-d", database, "-c", query).strip()


def confirmed(written: list[Write]) -> list[str]:
    """Return the cases that a service said were stored."""
    return [write.case for write in written if write.case is not None]


def wait_for_more(written: list[Write], count: int) -> None:
    """Wait until so many more writes were confirmed."""
    aim = len(confirmed(written)) + count
    wait_until(lambda: len(confirmed(written)) >= aim, f"{count} more writes are confirmed", PATIENCE_SECONDS)


def lost(server: str, cases: list[str]) -> set[str]:
    """Return which of the confirmed cases are not there."""
    return set(cases) - set(ask(server, "select id from cases").split())
