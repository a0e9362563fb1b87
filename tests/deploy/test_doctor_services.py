"""The doctor's findings about running services, from their metrics."""

import re
import subprocess
import sys

import pytest

from deploy.cli import running, servers, service_metrics
from deploy.cli.doctor_services import findings
from deploy.cli.findings import FAIL, OK, WARN
from deploy.cli.installation import SERVICES, Installation
from deploy.cli.service_metrics import expositions, values
from shared.http import MetricsListener
from tests.kit.loops import listening

WELL = 'casepath_keys_lost 0.0\ncasepath_key_archive_age_seconds 1.5\ncasepath_broker_connected{part="relay"} 1.0\n'


def test_services_that_are_well_are_one_finding_and_none_that_runs_is_no_fault() -> None:
    assert [finding.state for finding in findings({"intake": WELL, "legal": WELL})] == [OK]
    assert [finding.state for finding in findings({})] == [OK]


@pytest.mark.parametrize(
    ("told", "state", "why"),
    [
        ("", FAIL, "intake"),
        (WELL.replace("lost 0.0", "lost 3.0"), FAIL, "intake.*3"),
        (WELL.replace("1.5", "90"), WARN, "90"),
        (WELL.replace("1.5", "+Inf"), WARN, ""),
        (WELL.replace("1.5", "NaN"), OK, "2"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(told: str, state: str, why: str) -> None:
    [finding] = findings({"intake": told, "legal": WELL})
    assert (finding.state, bool(re.search(why, finding.why))) == (state, True), finding
    assert bool(finding.fix) is (state != OK)


def test_a_metric_is_read_with_each_of_its_labels() -> None:
    assert values('casepath_a{b="1"} 2.0\ncasepath_a{b="2"} 3\ncasepath_ab 9\n', "casepath_a") == [2.0, 3.0]


def test_in_docker_metrics_are_read_in_the_container_or_of_older_ones_at_the_port(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command for the container runs on this machine, where legal's metrics have a separate port."""
    legal, gone = servers.free_ports(2)

    def compose(_installation: Installation, *arguments: str) -> str:
        assert (arguments[:2], arguments[3]) == (("exec", "-T"), "python")
        command = [sys.executable, *arguments[4:]]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return "" if done.returncode else done.stdout

    monkeypatch.setattr(running, "holder", lambda _: None)
    monkeypatch.setattr(service_metrics, "services_up", lambda _: ["intake", "legal"])
    monkeypatch.setattr(service_metrics, "compose", compose)
    monkeypatch.setattr(service_metrics, "IN_DOCKER", {**dict.fromkeys(SERVICES, gone), "legal": legal})
    monkeypatch.setattr(service_metrics, "exposition", lambda address: WELL if address.endswith(":8101") else "")
    with listening(MetricsListener(f"127.0.0.1:{legal}"), legal):
        found = expositions(installation)
    assert "# TYPE casepath_build_info gauge" in found["legal"]
    assert (found["intake"], found["support"]) == (WELL, "")
