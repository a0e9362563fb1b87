"""The server of the data is killed under writes and its standby takes over, twice: part of `make standby`.

An installation with `deploy/standby.yml` runs in Docker. Cases are opened all the while; what was confirmed has to be
there afterwards, all of it, and the first write behind the promotion has to be confirmed soon. Then the server that was
lost is made the standby, and takes over from the other one in the same way.
"""

import json
import subprocess
import sys
import time

from deploy.cli.api import Targets, find_targets
from deploy.cli.installation import CHECKOUT, here
from deploy.cli.saving.reach import data_server
from tests.faults.field_writes import Write, Writes
from tests.kit.waiting import wait_until

#: What a fail-over is held to, and what is given to things that are only waited for (seconds).
PAUSE_SECONDS, PATIENCE_SECONDS = 15.0, 180.0
WRITES = 40
_FOLLOWED = "select count(*) from pg_stat_replication where state = 'streaming' and sync_state = 'sync'"


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


def ask(server: str, query: str) -> str:
    """Return what a server of the data answers."""
    return compose("exec", "-T", server, "psql", "-XAtqU", "postgres", "-d", "intake", "-c", query).strip()


def confirmed(written: list[Write]) -> list[str]:
    """Return the cases that a service said were stored."""
    return [each.case for each in written if each.case is not None]


def wait_for_more(written: list[Write], count: int) -> None:
    """Wait until so many more writes were confirmed."""
    aim = len(confirmed(written)) + count
    wait_until(lambda: len(confirmed(written)) >= aim, f"{count} more writes are confirmed", PATIENCE_SECONDS)


def is_followed(server: str) -> bool:
    """Return whether a server confirms nothing that its standby does not have."""
    return ask(server, _FOLLOWED) == "1"


def lost(server: str, cases: list[str]) -> set[str]:
    """Return which of the confirmed cases are not there."""
    return set(cases) - set(ask(server, "select id from cases").split())


def fail_over(desks: Desks) -> None:
    """Kill the server that takes writes under writes, have the other one take over, and hold both to their bounds."""
    former = data_server(here())
    wait_until(lambda: is_followed(former), f"{former} has a standby", PATIENCE_SECONDS)
    with desks.under_writes() as written:
        wait_for_more(written, WRITES)
        compose("kill", "--signal", "SIGKILL", former)
        killed = time.monotonic()
        subprocess.run([CHECKOUT / "deploy" / "standby" / "promote.sh"], cwd=CHECKOUT, check=True)
        promoted = time.monotonic()
        wait_for_more(written, 1)
        pause, away = time.monotonic() - promoted, time.monotonic() - killed
        wait_for_more(written, WRITES)
    successor = data_server(here())
    assert successor != former
    cases = confirmed(written)
    missing = lost(successor, cases)
    assert not missing, f"{len(missing)} confirmed writes are not there: {sorted(missing)[:3]}"
    assert pause < PAUSE_SECONDS, f"the first write was confirmed {pause:.1f} s after the promotion"
    sys.stdout.write(
        f"{former} killed, {successor} took over: {len(cases)} writes confirmed, 0 lost, {len(written) - len(cases)} "
        f"not confirmed; the first one {pause:.1f} s after the promotion, {away:.1f} s after the kill\n"
    )
    sys.stdout.flush()


def former_is_refused(former: str) -> None:
    """Start the server that was killed, with what it holds: it has to refuse."""
    compose("start", former)
    words = "took writes once"
    wait_until(lambda: words in compose("logs", "--no-color", former), f"{former} refuses to start", PATIENCE_SECONDS)


def make_anew(former: str, volume: str) -> None:
    """Take the volume of the server that was lost away, so that it becomes the standby."""
    compose("rm", "--stop", "--force", former)
    name = json.loads(compose("config", "--format", "json"))["volumes"][volume]["name"]
    subprocess.run(["docker", "volume", "rm", name], check=True, stdout=subprocess.DEVNULL)
    compose("up", "--detach", "--wait", "--no-deps", former)


def main() -> int:
    """Do both fail-overs; returns the exit code."""
    desks = Desks()
    desks.journeys(3)
    fail_over(desks)
    former_is_refused("postgres")
    make_anew("postgres", "stores")
    fail_over(desks)
    former_is_refused("standby")
    make_anew("standby", "standby-stores")
    wait_until(lambda: is_followed("postgres"), "postgres has a standby again", PATIENCE_SECONDS)
    desks.journeys(3, seed=2)
    return 0


if __name__ == "__main__":
    sys.exit(main())
