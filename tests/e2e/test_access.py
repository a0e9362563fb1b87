"""A stolen phone: one command revokes the owner's tokens at every service."""

import json
import subprocess
from uuid import uuid4

import pytest

from deploy.cli.api import Api, ApiProblem, Targets
from deploy.cli.installation import CHECKOUT, SERVICES, Installation

pytestmark = [pytest.mark.e2e, pytest.mark.integration, pytest.mark.slow]


def refused(stolen: Api, service: str, path: str) -> int:
    with pytest.raises(ApiProblem) as problem:
        stolen.get(service, path)
    return problem.value.status


def test_a_revoked_token_opens_nothing_at_any_service(
    running_installation: Installation, installation: Targets
) -> None:
    stolen = Api(installation, roles=["caseworker"], subject=str(uuid4()))
    opening = {"jurisdiction": "NL", "source": "self", "channel": "chat", "language": "bg", "anonymous": True}
    case = stolen.post("intake", "/v1/cases", opening).json()["id"]
    said = subprocess.run(
        ["./casepath", "access", "revoke", stolen.subject, "--json"],
        cwd=CHECKOUT,
        env=dict(running_installation.variables),
        capture_output=True,
        text=True,
        check=True,
    )
    assert sorted(json.loads(said.stdout)["refusing"]) == ["intake", "legal", "partners", "support"]
    assert [refused(stolen, name, f"/v1/cases/{case}") for name in ("intake", "legal", "support")] == [401, 401, 401]
    officers = installation.token(["data_protection_officer"], str(uuid4()))
    rows = json.loads(
        subprocess.run(
            ["./casepath", "audit", "case", case, "--json"],
            cwd=CHECKOUT,
            env={**running_installation.variables, "CASEPATH_TOKEN": officers},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    )["rows"]
    assert [each["status"] for each in rows if each["actor"] == stolen.subject][-3:] == [401, 401, 401]


def test_the_audit_logs_of_all_services_are_whole(running_installation: Installation) -> None:
    said = subprocess.run(
        ["./casepath", "audit", "verify", "--json"],
        cwd=CHECKOUT,
        env=dict(running_installation.variables),
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stdout + said.stderr
    found = json.loads(said.stdout)["services"]
    assert {name: each["faults"] for name, each in found.items()} == {service: [] for service in SERVICES}
