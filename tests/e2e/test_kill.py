"""Each service is killed during journeys and restarted: every journey completes, and no event stays unprocessed."""

import json
import os
import signal
import subprocess
from uuid import uuid4

import pytest

from deploy.cli import running
from deploy.cli.api import Api, Targets
from deploy.cli.installation import CHECKOUT, SERVICES, Installation
from tests.kit.waiting import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.integration, pytest.mark.slow]


def pid_of(installation: Installation, service: str) -> int:
    processes = running.read(installation.running_file)["processes"]
    return next(int(each["pid"]) for each in processes if each["name"] == service)


def command(installation: Installation, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        ["./casepath", *arguments],
        cwd=CHECKOUT,
        env=dict(installation.variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def look(installation: Installation, *, seconds: int) -> tuple[dict[str, int], str]:
    """Return each service's cursor for each source, and the output of `status` unless all settles within `seconds`."""
    status = command(installation, "status", "--wait", str(seconds), "--json")
    shown, complained = status.communicate(timeout=120)
    assert shown, complained
    services = json.loads(shown)["services"].items()
    cursors = {f"{name} {each['source']}": each["cursor"] for name, state in services for each in state["following"]}
    return cursors, shown if status.returncode else ""


def wait_while_something_is_taken(installation: Installation) -> None:
    """Return when no event waits; fail when events wait and no cursor moves for 30 seconds."""
    stood, waiting = look(installation, seconds=0)
    while waiting:
        stands, waiting = look(installation, seconds=30)
        assert not waiting or stands != stood, waiting
        stood = stands


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_killed_during_journeys_loses_nothing(
    running_installation: Installation, installation: Targets, service: str
) -> None:
    operator = Api(installation, roles=["operator"], subject=str(uuid4()))

    def head() -> int:
        return int(operator.get("intake", "/v1/exchange").json()["head"])

    stood_at = head()
    playing = command(running_installation, "journey", "--count", "12", "--json")
    wait_until(lambda: head() > stood_at + 10, "the journeys are on their way")
    before = pid_of(running_installation, service)
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: pid_of(running_installation, service) != before, f"{service} is started again")
    said, complained = playing.communicate(timeout=300)
    assert playing.returncode == 0, complained
    assert json.loads(said)["complete"] == 12
    wait_while_something_is_taken(running_installation)
