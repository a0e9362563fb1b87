"""The test clock moves a recovery period to its end: one event, support continues, the case does not change."""

import json
import subprocess
from uuid import uuid4

import pytest

from deploy.cli.api import Api, Targets
from deploy.cli.installation import CHECKOUT, Installation
from tests.kit.staff import registered
from tests.kit.waiting import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.integration, pytest.mark.slow]


def clock(installation: Installation, *arguments: str) -> dict[str, object]:
    said = subprocess.run(
        ["./casepath", "clock", *arguments, "--json"],
        cwd=CHECKOUT,
        env=dict(installation.variables),
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, object] = json.loads(said.stdout)
    return found


def recovery_states(counsellor: Api, case: str) -> list[str]:
    shown = counsellor.get("support", f"/v1/cases/{case}").json()["recovery"]
    return [each["state"] for each in shown["periods"]]


def test_a_recovery_period_is_a_minimum(running_installation: Installation, installation: Targets) -> None:
    worker = Api(installation, roles=["caseworker"], subject=str(uuid4()))
    operator = Api(installation, roles=["operator"], subject=str(uuid4()))
    counsellor_id = registered(operator, str(uuid4()), "counsellor")
    counsellor = Api(installation, roles=["counsellor"], subject=counsellor_id)
    clock(running_installation, "set", "2026-03-02T09:00:00Z")
    try:
        case = worker.post(
            "intake",
            "/v1/cases",
            {"jurisdiction": "GB-EAW", "source": "police", "channel": "phone", "language": "ro", "anonymous": True},
        ).json()["id"]
        worker.post("intake", f"/v1/cases/{case}/team", {"member": counsellor_id, "role": "counsellor"})
        for step in (
            {"stage": "referred", "authority": "GB.SCA", "made_elsewhere": True},
            {"stage": "reasonable_grounds", "outcome": "positive", "authority": "GB.SCA"},
        ):
            worker.post("intake", f"/v1/cases/{case}/identification", step)
        before = worker.get("intake", f"/v1/cases/{case}").json()
        clock(running_installation, "advance", "31d")
        after = worker.get("intake", f"/v1/cases/{case}").json()
        told = operator.get("intake", "/v1/events", subject=case).json()
        reached = [each for each in told if each["type"].endswith("clock.reached.v1")]
        assert [each["data"]["code"] for each in reached] == ["GB.RECOVERY_MIN"]
        assert after["status"] == before["status"] == "open"
        assert after["identification"] == before["identification"]
        wait_until(
            lambda: "reached" in recovery_states(counsellor, case),
            "support knows that the minimum is reached",
        )
        counsellor.post("support", f"/v1/cases/{case}/counselling", {"modality": "one_to_one"})
        clock(running_installation, "advance", "40d")
        again = operator.get("intake", "/v1/events", subject=case).json()
        assert len([each for each in again if each["type"].endswith("clock.reached.v1")]) == 1
    finally:
        clock(running_installation, "reset")
