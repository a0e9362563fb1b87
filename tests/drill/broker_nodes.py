"""Each of three broker nodes is killed under writes: part of `make lose-servers`.

An installation with `deploy/rabbitmq/cluster.yml` runs in Docker. No write waits for a broker. The time limits apply to
the confirmation of a write, and to the arrival at legal of a case that was opened after the loss. Every confirmed write
must be stored, and every service must find another node.
"""

import contextlib
import json
import subprocess
import sys
import time
import urllib.request

from deploy.cli.api import find_targets
from deploy.cli.installation import SERVICES, here
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
from tests.faults.field_writes import Write
from tests.kit.waiting import wait_until

NODES = ("rabbitmq", "rabbitmq-2", "rabbitmq-3")
INBOX = "legal.inbox"
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def queue(node: str) -> dict[str, object]:
    """Return a node's status of legal's inbox; empty if it cannot report one."""
    with contextlib.suppress(subprocess.CalledProcessError, ValueError, StopIteration):
        columns = ("name", "leader", "members", "online")
        command = ("rabbitmqctl", "--quiet", "list_queues", "-p", "casepath", "--formatter", "json", *columns)
        listed: list[dict[str, object]] = json.loads(compose("exec", "-T", node, *command))
        return next(row for row in listed if row["name"] == INBOX)
    return {}


def is_whole() -> bool:
    """Return whether the inbox has a member on each node."""
    online = queue(NODES[0]).get("online")
    return isinstance(online, list) and len(online) == len(NODES)


def has_broker(service: str) -> bool:
    """Return whether a service reports a broker connection."""
    with contextlib.suppress(OSError, ValueError):
        address = f"{find_targets().urls[service]}/health/ready"
        with _DIRECT.open(address, timeout=5) as answer:  # without a proxy: the service is on this machine
            return bool(json.load(answer)["checks"]["broker"] == "ok")
    return False


def lose(node: str, desks: Desks) -> None:
    """Kill a node under writes, and check the services' time limits."""
    wait_until(is_whole, f"{INBOX} has a member on each node", PATIENCE_SECONDS)
    with desks.under_writes() as written:
        wait_for_more(written, WRITES)
        compose("kill", "--signal", "SIGKILL", node)
        killed = time.monotonic()
        wait_for_more(written, 1)
        pause = time.monotonic() - killed
        last = opened_behind(written)
        wait_until(lambda: is_at_legal(last), "legal has the cases that were opened after the loss", PATIENCE_SECONDS)
        heard = time.monotonic() - killed
        wait_until(
            lambda: all(has_broker(service) for service in SERVICES), "each service has a broker", PATIENCE_SECONDS
        )
        again = time.monotonic() - killed
        wait_for_more(written, WRITES)
    cases = confirmed(written)
    missing = lost(data_server(here()), cases)
    assert not missing, f"{len(missing)} confirmed writes are not there: {sorted(missing)[:3]}"
    assert max(pause, heard) < PAUSE_SECONDS, f"confirmed after {pause:.1f} s, at legal after {heard:.1f} s"
    compose("start", node)
    sys.stdout.write(
        f"{node} killed: {len(cases)} writes confirmed, 0 lost, {len(written) - len(cases)} not confirmed; the first "
        f"one after {pause:.1f} s, at legal after {heard:.1f} s, each service with a broker after {again:.1f} s\n"
    )
    sys.stdout.flush()


def opened_behind(written: list[Write]) -> str:
    """Return the most recent confirmed case."""
    return confirmed(written)[-1]


def is_at_legal(case: str) -> bool:
    """Return whether legal has received a case."""
    return ask(data_server(here()), f"select count(*) from cases where id = '{case}'", "legal") == "1"  # noqa: S608 - an id


def main() -> int:
    """Kill each node once; returns the exit code."""
    desks = Desks()
    for node in NODES:
        lose(node, desks)
    wait_until(is_whole, f"{INBOX} has a member on each node", PATIENCE_SECONDS)
    desks.journeys(3, seed=3)
    return 0


if __name__ == "__main__":
    sys.exit(main())
