"""The database server is killed under writes and its standby takes over, twice: part of `make lose-servers`.

An installation with `deploy/standby.yml` runs in Docker. Clients open cases during the trial. Every confirmed case must
be stored afterwards, and the first write after the promotion must be confirmed soon. The lost server then becomes the
standby, and takes over from the other one in the same way.
"""

import json
import subprocess
import sys
import time

from deploy.cli.installation import CHECKOUT, here
from deploy.cli.saving.reach import data_server
from tests.drill.losing import (
    PATIENCE_SECONDS,
    PAUSE_SECONDS,
    WRITES,
    Desks,
    ask,
    compose,
    confirmed,
    lost,
    wait_for_more,
)
from tests.kit.waiting import wait_until

_FOLLOWED = "select count(*) from pg_stat_replication where state = 'streaming' and sync_state = 'sync'"


def is_followed(server: str) -> bool:
    """Return whether a server confirms only data that its standby has."""
    return ask(server, _FOLLOWED) == "1"


def fail_over(desks: Desks) -> None:
    """Kill the primary under writes, promote the standby, and check the time limits of both."""
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
    """Start the killed server with its old data, and check that it refuses."""
    compose("start", former)
    words = "took writes once"
    wait_until(lambda: words in compose("logs", "--no-color", former), f"{former} refuses to start", PATIENCE_SECONDS)


def make_anew(former: str, volume: str) -> None:
    """Delete the volume of the lost server, so that it becomes the standby."""
    compose("rm", "--stop", "--force", former)
    name = json.loads(compose("config", "--format", "json"))["volumes"][volume]["name"]
    subprocess.run(["docker", "volume", "rm", name], check=True, stdout=subprocess.DEVNULL)
    compose("up", "--detach", "--wait", "--no-deps", former)


def main() -> int:
    """Do both failovers; returns the exit code."""
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
