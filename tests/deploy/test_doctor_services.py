"""What the doctor says of running services, by what they measure."""

import pytest

from deploy.cli.doctor_services import findings
from deploy.cli.findings import FAIL, OK, WARN
from deploy.cli.service_metrics import values

WELL = 'casepath_keys_lost 0.0\ncasepath_key_archive_age_seconds 1.5\ncasepath_broker_connected{part="relay"} 1.0\n'


def test_services_that_are_well_are_one_finding_and_none_that_runs_is_no_fault() -> None:
    assert [finding.state for finding in findings({"intake": WELL, "legal": WELL})] == [OK]
    assert [finding.state for finding in findings({})] == [OK]


@pytest.mark.parametrize(
    ("told", "state", "why"),
    [
        ("", FAIL, "intake does not answer"),
        (WELL.replace("lost 0.0", "lost 3.0"), FAIL, "intake lacks 3 data keys that nobody destroyed"),
        (WELL.replace("1.5", "90"), WARN, "for 90 seconds"),
        (WELL.replace("1.5", "+Inf"), WARN, "there is no file yet"),
        (WELL.replace("1.5", "NaN"), OK, "2 answer"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(told: str, state: str, why: str) -> None:
    [finding] = findings({"intake": told, "legal": WELL})
    assert (finding.state, why in finding.why) == (state, True), finding
    assert bool(finding.fix) is (state != OK)


def test_a_metric_is_read_with_each_of_its_labels() -> None:
    assert values('casepath_a{b="1"} 2.0\ncasepath_a{b="2"} 3\ncasepath_ab 9\n', "casepath_a") == [2.0, 3.0]
