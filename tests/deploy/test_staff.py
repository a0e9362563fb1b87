"""`./casepath staff` asks intake, as an operator, and shows what it says."""

from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result

from deploy.cli.__main__ import casepath
from deploy.cli.sign_in import Kept
from tests.kit.stand_in import StandIn


@pytest.fixture(autouse=True)
def here(services: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.cli.service_requests.find_targets", lambda _urls: services.targets)


def call(*words: str) -> Result:
    return CliRunner().invoke(casepath, ["staff", *words])


def asked(services: StandIn) -> tuple[str, str, Any]:
    [(service, method, path, body, headers)] = services.requests
    assert service == "intake"
    assert services.verifier.verify(headers["Authorization"]).roles == {"operator"}
    return method, path, body


WORKER = ("--agency", "NL.COMENSHA", "--role", "caseworker", "--name", "A. Worker")


def test_somebody_is_registered_with_their_sign_in(services: StandIn) -> None:
    services.answer = lambda *_: (201, {"id": "new"})
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
    services.answer = lambda *_: (201, {"id": member})
    assert call("name", member, *WORKER).exit_code == 0
    assert asked(services)[2]["id"] == member


def test_the_first_officer_is_made(services: StandIn) -> None:
    services.answer = lambda *_: (201, {"id": "new"})
    made = call("first", "data_protection_officer", "--agency", "NL.COMENSHA", "--name", "D.")
    assert made.exit_code == 0, made.output
    method, path, body = asked(services)
    assert (method, path, body["role"]) == ("POST", "/v1/staff/first", "data_protection_officer")
    assert call("first", "caseworker", "--agency", "NL.COMENSHA", "--name", "D.").exit_code == 2


def test_the_first_officer_is_made_by_the_machines_key_also_where_an_operator_is_signed_in(
    services: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Kept(token="of a provider", until=4_102_444_800, roles=["operator"])
    monkeypatch.setattr("deploy.cli.sign_in.kept", lambda _installation: own)
    services.answer = lambda *_: (201, {"id": "new"})
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
    assert "3 cases were handed over" in said.output
    method, path, body = asked(services)
    assert (method, path) == ("POST", f"/v1/staff/{member}/leaving")
    assert body == {"successor": successor, "supervisor": None, "elsewhere": [{"case": case, "member": other}]}
