"""The `staff` commands send requests to intake as an operator, and print the responses."""

import hashlib
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result

from deploy.cli import servers
from deploy.cli.__main__ import casepath
from deploy.cli.installation import DATABASES
from deploy.cli.sign_in import Kept
from deploy.cli.stores import url_variable
from tests.kit.databases import as_owner, migrated
from tests.kit.stand_in import StandIn


@pytest.fixture(autouse=True)
def here(services: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.cli.service_requests.find_targets", lambda _urls: services.targets)


def call(*words: str) -> Result:
    return CliRunner().invoke(casepath, ["staff", *words])


def asked(services: StandIn) -> tuple[str, str, Any]:
    changes = [request for request in services.requests if not request[2].startswith(PROPOSALS)]
    [(service, method, path, body, headers)] = changes
    assert service == "intake"
    assert services.verifier.verify(headers["Authorization"]).roles == {"operator"}
    return method, path, body


def registering(services: StandIn, member: str, *proposals: dict[str, Any]) -> None:
    """Let intake register a member of staff, or propose one."""

    def answer(_service: str, _method: str, path: str, _body: Any) -> tuple[int, Any]:
        if path.startswith(PROPOSALS):
            return 200, {"proposals": list(proposals), "next": None}
        return 201, {"id": member}

    services.answer = answer


PROPOSALS = "/v1/staff/proposals"
WORKER = ("--agency", "NL.COMENSHA", "--role", "caseworker", "--name", "A. Worker")


def test_somebody_is_registered_with_their_sign_in(services: StandIn) -> None:
    registering(services, "new")
    said = call("add", *WORKER, "--language", "nl", "--until", "2027-01-31", "--sign-in", "https://id.example", "ann")
    assert (said.exit_code, said.output) == (0, "Registered as new.\n")
    method, path, body = asked(services)
    assert (method, path) == ("POST", "/v1/staff")
    assert body == {
        "id": None,
        "agency": "NL.COMENSHA",
        "roles": ["caseworker"],
        "languages": ["nl"],
        "takes_cases": True,
        "until": "2027-01-31",
        "name": "A. Worker",
        "address": None,
        "sign_ins": [{"issuer": "https://id.example", "subject": "ann"}],
    }


def test_an_id_that_stood_there_before_is_named(services: StandIn) -> None:
    member = str(uuid4())
    registering(services, member)
    assert call("name", member, *WORKER).exit_code == 0
    assert asked(services)[2]["id"] == member


def test_the_first_officer_is_made(services: StandIn) -> None:
    registering(services, "new")
    made = call("first", "data_protection_officer", "--agency", "NL.COMENSHA", "--name", "D.")
    assert made.exit_code == 0, made.output
    method, path, body = asked(services)
    assert (method, path, body["role"]) == ("POST", "/v1/staff/first", "data_protection_officer")
    assert call("first", "caseworker", "--agency", "NL.COMENSHA", "--name", "D.").exit_code == 2


def test_the_machine_key_registers_the_first_officer_despite_a_signed_in_operator(
    services: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Kept(token="of a provider", until=4_102_444_800, roles=["operator"])
    monkeypatch.setattr("deploy.cli.sign_in.kept", lambda _installation: own)
    registering(services, "new")
    assert call("first", "data_protection_officer", "--agency", "NL.COMENSHA", "--name", "D.").exit_code == 0
    assert asked(services)[1] == "/v1/staff/first"


def test_all_pages_are_listed(services: StandIn) -> None:
    member = {"id": "1", "name": None, "agency": "a", "agency_code": "NL.COMENSHA", "roles": ["caseworker"]}
    answers = iter(
        (
            {"staff": [{**member, "until": None}], "next": "1"},
            {"staff": [{**member, "id": "2", "name": "B.", "until": "2027-01-31"}], "next": None},
        )
    )
    services.answer = lambda *_: (200, next(answers))
    said = call("list", "--role", "caseworker")
    assert said.output.splitlines() == [
        "1  -  NL.COMENSHA  caseworker",
        "2  B.  NL.COMENSHA  caseworker, until 2027-01-31",
    ]
    assert "after=1" in services.requests[1][2]


def test_who_has_no_name_yet_is_listed(services: StandIn) -> None:
    one = {"id": "1", "cases": 4, "roles": ["caseworker"], "supervises": 0, "supervised": True}
    services.answer = lambda *_: (200, {"unnamed": [one], "next": None})
    assert call("list", "--unnamed").output == "1  4 cases as caseworker; supervises 0\n"


def test_who_leaves_hands_over_to_named_people(services: StandIn) -> None:
    member, successor, case, other = (str(uuid4()) for _ in range(4))
    services.answer = lambda *_: (200, {"id": member, "successor": successor, "cases": 3, "supervisions": 0})
    said = call("leave", member, "--successor", successor, "--case", case, other)
    assert re.search(r"\b3\b", said.output)
    method, path, body = asked(services)
    assert (method, path) == ("POST", f"/v1/staff/{member}/leaving")
    assert body == {"successor": successor, "supervisor": None, "elsewhere": [{"case": case, "member": other}]}


def proposal(**different: Any) -> dict[str, Any]:
    who = {"id": "p", "kind": "registration", "member": "new", "supervisor": None, "name": "A. Worker", "agency": "a"}
    sign_in = {"issuer": "https://id.example", "subject": "ann"}
    when = {"proposed_at": None, "lapses_at": "2026-12-07T12:00:00+00:00", "proposed_by": None, "state": "waiting"}
    return {**who, **when, "roles": ["caseworker"], "sign_ins": [sign_in], **different}


def test_what_waits_for_data_protection_is_said_with_what_confirms_it(services: StandIn) -> None:
    registering(services, "new", proposal(member="another", id="q"), proposal())
    said = call("add", *WORKER)
    assert (said.exit_code, "./casepath staff confirm p" in said.output) == (0, True), said.output
    assert json.loads(call("add", *WORKER, "--json").stdout) == {"id": "new", "proposal": "p"}


def test_proposals_are_listed_with_whom_they_let_in(services: StandIn) -> None:
    registering(services, "new", proposal())
    said = call("proposals")
    assert [word for word in ("A. Worker", "caseworker", "ann", "https://id.example") if word not in said.output] == []
    call("proposals", "--taken-over")
    assert "state=taken_over" in services.requests[-1][2]


def test_a_proposal_is_confirmed_by_who_signed_in_and_by_no_key(
    services: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = str(uuid4())
    monkeypatch.setattr("deploy.cli.sign_in.kept", lambda _installation: None)
    assert call("confirm", one).exit_code == 2
    assert services.requests == []
    monkeypatch.setattr("deploy.cli.service_requests.find_targets", lambda *_: services.targets)
    own = Kept(token="of a provider", until=4_102_444_800, roles=["data_protection_officer"])
    monkeypatch.setattr("deploy.cli.sign_in.kept", lambda _installation: own)
    services.answer = lambda *_: (200, {"id": one, "member": "new", "confirmed": False})
    for options, confirms in ((("--refuse",), False), ((), True)):
        assert call("confirm", one, *options).exit_code == 0
        [(_, method, path, body, headers)] = services.requests
        assert (method, path, body) == ("POST", f"{PROPOSALS}/{one}/confirmation", {"confirms": confirms})
        assert headers["Authorization"] == "Bearer of a provider"
        services.requests.clear()


@pytest.mark.integration
def test_a_code_is_made_in_the_database_which_no_key_reaches(
    postgres: servers.PostgresServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, services: StandIn
) -> None:
    with migrated(postgres, "intake") as url:
        owner = postgres.superuser_url(url.rpartition("/")[2])
        monkeypatch.setenv("CASEPATH_HOME", str(tmp_path))
        monkeypatch.setenv("CASEPATH_INTAKE_OWNER_DATABASE_URL", owner)
        for name in DATABASES:
            monkeypatch.setenv(url_variable(name), url)
        one_time = call("code").stdout.strip()
        with as_owner(url) as connection:
            [(digest, lasts, used)] = connection.execute(
                "select digest, ends_at - issued_at, used_at from staff_codes"
            ).fetchall()
    assert (digest, lasts, used) == (hashlib.sha256(one_time.encode()).hexdigest(), timedelta(hours=1), None)
    assert len(one_time) >= 32
    assert services.requests == []
