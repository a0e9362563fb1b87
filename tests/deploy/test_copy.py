"""The commands `copy` and `audit report`, and the user in whose name they act."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner

from deploy.cli.__main__ import casepath
from deploy.cli.errors import CommandRefused
from deploy.cli.installation import HOLDERS, Installation
from deploy.cli.staff import own_subject
from tests.kit.stand_in import StandIn

CASE = "0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57"
MEMBER = "0199f0c2-8a11-7f20-8c55-1d9b3e7a6c02"
FILES = {f"{service}.{ending}" for service in HOLDERS for ending in ("json", "html")}


@pytest.fixture
def asked(services: StandIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> StandIn:
    monkeypatch.setattr("deploy.cli.service_requests.find_targets", lambda: services.targets)
    own_token = tmp_path / "own-token"
    own_token.write_text(
        services.targets.token(["caseworker", "legal_adviser", "counsellor"], MEMBER), encoding="utf-8"
    )
    monkeypatch.setenv("CASEPATH_TOKEN_FILE", str(own_token))
    return services


def test_a_copy_has_two_files_of_each_service_that_only_its_owner_reads(asked: StandIn, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    done = CliRunner().invoke(casepath, ["copy", CASE, "--out", str(folder)])
    assert done.exit_code == 0, done.output
    assert {each.name for each in folder.iterdir()} == FILES
    assert {each.stat().st_mode & 0o777 for each in folder.iterdir()} == {0o600}
    tokens = [headers["Authorization"].removeprefix("Bearer ") for *_, headers in asked.requests]
    assert {asked.verifier.verify(f"Bearer {each}").subject for each in tokens} == {MEMBER}
    asked_before = len(asked.requests)
    again = CliRunner().invoke(casepath, ["copy", CASE, "--out", str(folder)])
    assert again.exit_code == 2
    assert len(asked.requests) == asked_before, "no service notes that it handed over what was not written"


def test_nothing_is_written_unless_every_service_gives_its_part(asked: StandIn, tmp_path: Path) -> None:
    def answer(service: str, *_: Any) -> tuple[int, Any]:
        return (409, {"title": "Not to be handed over"}) if service == "support" else (200, {})

    asked.answer = answer
    done = CliRunner().invoke(casepath, ["copy", CASE, "--out", str(tmp_path / "copy")])
    assert done.exit_code == 1
    assert not (tmp_path / "copy").exists()


def test_a_report_puts_the_services_acts_in_order(asked: StandIn) -> None:
    def answer(service: str, *_: Any) -> tuple[int, Any]:
        act = {"roles": ["caseworker"], "who": None, "did": "case.read", "kind": "attempt"}
        return 200, {"acts": [{**act, "on": f"2026-03-0{len(service) - 4}"}], "next": None}

    asked.answer = answer
    done = CliRunner().invoke(casepath, ["audit", "report", CASE, "--json"])
    acts = json.loads(done.stdout)["acts"]
    assert [each["service"] for each in acts] == ["legal", "intake", "support"]


def test_one_person_has_one_staff_id_at_an_installation(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CASEPATH_STAFF_SUBJECT", raising=False)
    installation.make_home()
    first = own_subject(installation)
    assert UUID(first)
    assert own_subject(installation) == first
    monkeypatch.setattr("deploy.cli.staff.getpass.getuser", lambda: "somebody-else")
    assert own_subject(installation) != first
    named = {**installation.variables, "CASEPATH_STAFF_SUBJECT": MEMBER}
    assert own_subject(replace(installation, variables=named)) == MEMBER
    with pytest.raises(CommandRefused):
        own_subject(replace(installation, variables={**named, "CASEPATH_STAFF_SUBJECT": "somebody"}))


@pytest.mark.promise("SEC-58")
@pytest.mark.parametrize(
    "verb", [["copy", CASE, "--out", "nowhere"], ["audit", "report", CASE], ["audit", "case", CASE]]
)
@pytest.mark.parametrize("environment", ["training", "production"])
def test_the_command_acts_as_nobody_who_has_given_it_no_token(
    services: StandIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, verb: list[str], environment: str
) -> None:
    monkeypatch.setattr("deploy.cli.service_requests.find_targets", lambda *_: services.targets)
    monkeypatch.setenv("CASEPATH_HOME", str(tmp_path))
    monkeypatch.setenv("CASEPATH_ENVIRONMENT", environment)
    monkeypatch.delenv("CASEPATH_TOKEN", raising=False)
    refused = CliRunner().invoke(casepath, verb)
    assert refused.exit_code == 2
    words = " ".join(refused.stderr.split())
    assert ("./casepath login" in words) is (environment == "production")
    assert services.requests == []
    assert CliRunner().invoke(casepath, [*verb, "--as", MEMBER]).exit_code == 2, "there is no such option any more"
