"""A service dies at each of its crash points in the middle of journeys: they complete, and the history is whole."""

import dataclasses
import subprocess
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from deploy.cli.api import Api, targets_of
from deploy.cli.installation import CHECKOUT, SERVICES, Installation
from shared import crash
from tests.benchmarks.installation import empty, started
from tests.faults.history import check, read_logs

pytestmark = [pytest.mark.fault, pytest.mark.integration, pytest.mark.slow]
SCENARIOS = [("intake", point) for point in crash.POINTS] + [
    ("legal", "follower.before_ack"),
    ("support", "relay.before_mark"),
]


def run(installation: Installation, *arguments: str) -> None:
    done = subprocess.run(
        ["./casepath", *arguments],
        cwd=CHECKOUT,
        env=dict(installation.variables),
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("service", "point"), SCENARIOS)
def test_a_crash_loses_nothing_and_repeats_nothing(
    service: str, point: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    once = tmp_path / "once"
    told = {"CASEPATH_CRASH_AT": f"{service}:{point}", "CASEPATH_CRASH_ONCE": str(once)}
    with empty() as bare:
        installation = dataclasses.replace(bare, variables={**bare.variables, **told})
        with started(installation):
            once.touch()
            run(installation, "journey", "--count", "4")
            assert not once.exists(), "the service died at the point"
            run(installation, "status", "--wait", "60")
            operator = Api(targets_of(installation), roles=["operator"], subject=str(uuid4()))
            found = check(read_logs(operator, SERVICES))
    record_property("history", dataclasses.asdict(found))
    assert (found.lost, found.duplicated, found.ghosts, found.disorder) == (0, 0, 0, 0)
