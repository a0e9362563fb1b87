"""Ending a member of staff's access from the command line: at each service that answers."""

import json
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner

from deploy.cli.__main__ import casepath
from deploy.cli.installation import SERVICES
from deploy.cli.servers import free_ports
from tests.kit.stand_in import StandIn

UNTIL = "2026-11-27T12:00:00+00:00"


def ended(_service: str, _method: str, _path: str, body: Any) -> tuple[int, Any]:
    return 200, {"id": body["ending"], "member": body["member"], "state": "ended", "until": UNTIL}


@pytest.fixture
def away(services: StandIn, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """Return services of which intake does not answer."""
    [nobody] = free_ports(1)
    urls = {**services.targets.urls, "intake": f"http://127.0.0.1:{nobody}"}
    targets = replace(services.targets, urls=urls)
    monkeypatch.setattr("deploy.cli.service_requests.find_targets", lambda _urls: targets)
    services.answer = ended
    return services


def test_access_is_ended_at_every_service_by_one_and_the_same_ending(
    services: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.cli.service_requests.find_targets", lambda _urls: services.targets)
    services.answer = ended
    member = str(uuid4())
    said = CliRunner().invoke(casepath, ["access", "end", member])
    assert said.exit_code == 0, said.output
    assert [(service, method, path) for service, method, path, _, _ in services.requests] == [
        (name, "POST", "/v1/access/endings") for name in SERVICES
    ]
    assert {body["member"] for _, _, _, body, _ in services.requests} == {member}
    assert len({body["ending"] for _, _, _, body, _ in services.requests}) == 1
    assert UNTIL in said.output


@pytest.mark.parametrize("verb", ["end", "revoke"])
def test_who_is_away_is_named_and_the_others_end_it_all_the_same(away: StandIn, verb: str) -> None:
    said = CliRunner().invoke(casepath, ["access", verb, str(uuid4()), "--json"])
    assert said.exit_code == 1, said.output
    report = json.loads(said.stdout)
    assert (list(report["ended"]), report["away"]) == (["legal", "support", "partners"], ["intake"])
    assert {service for service, *_ in away.requests} == set(SERVICES) - {"intake"}


def test_an_ending_is_repeated_by_its_id(away: StandIn) -> None:
    ending = str(uuid4())
    said = CliRunner().invoke(casepath, ["access", "end", str(uuid4()), "--ending", ending])
    assert said.exit_code == 1
    assert {body["ending"] for _, _, _, body, _ in away.requests} == {ending}
    assert ending in said.output
