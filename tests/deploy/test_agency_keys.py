"""The `agencies key` commands, against a stand-in that answers as partners does."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner, Result

from deploy.cli.__main__ import casepath
from shared.access import agency_keys
from tests.kit.stand_in import StandIn

AGENCY, KEY = "0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57", "0199f0c2-8a11-7c3a-9b1e-4f6a2d8c1b57"
PATH = f"/v1/agencies/{AGENCY}/keys"
TEXT = "fictitious-key"
LISTED = {
    "id": KEY,
    "agency": AGENCY,
    "purpose": "production",
    "scopes": ["reading"],
    "networks": [],
    "state": "valid",
    "until": "2027-11-27T09:00:00+00:00",
    "last_used_on": None,
}


def answer(_service: str, method: str, path: str, _body: Any) -> tuple[int, Any]:
    if method == "POST":
        return 201, {"id": KEY, "until": LISTED["until"], "key": TEXT}
    if method == "DELETE":
        return 204, None
    return 200, LISTED if path == "/v1/agency" else {"keys": [LISTED], "next": None}


@pytest.fixture
def partners(services: StandIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> StandIn:
    for module in ("service_requests", "agency_keys"):
        monkeypatch.setattr(f"deploy.cli.{module}.find_targets", lambda *_: services.targets)
    monkeypatch.setenv("CASEPATH_HOME", str(tmp_path))
    services.answer = answer
    return services


def run(*arguments: str) -> Result:
    return CliRunner().invoke(casepath, ["agencies", "key", *arguments])


def test_a_key_goes_to_standard_output_alone_and_by_itself(partners: StandIn) -> None:
    done = run(
        "make", AGENCY, "--scope", "reading", "--scope", "administering", "--from", "192.0.2.0/28", "--days", "90"
    )
    assert done.exit_code == 0, done.output
    assert (done.stdout, TEXT in done.stderr) == (f"{TEXT}\n", False)
    [(_, method, path, body, _)] = partners.requests
    assert (method, path) == ("POST", PATH)
    wanted = {"purpose": "production", "scopes": ["reading", "administering"], "networks": ["192.0.2.0/28"], "days": 90}
    assert body == wanted


def test_a_key_that_may_nothing_is_not_made(partners: StandIn) -> None:
    assert run("make", AGENCY).exit_code == 2
    assert partners.requests == []


def test_a_key_is_rotated_with_its_overlap(partners: StandIn) -> None:
    done = run("rotate", AGENCY, KEY, "--overlap-days", "14", "--json")
    assert json.loads(done.stdout)["key"] == TEXT
    [(_, _, path, body, _)] = partners.requests
    assert (path, body) == (f"{PATH}/{KEY}/rotation", {"overlap_days": 14})


def test_a_key_is_revoked(partners: StandIn) -> None:
    assert run("revoke", AGENCY, KEY).exit_code == 0
    [(_, method, path, _, _)] = partners.requests
    assert (method, path) == ("DELETE", f"{PATH}/{KEY}")


def test_keys_are_listed_with_where_and_when(partners: StandIn) -> None:
    said = run("list", AGENCY).stdout
    assert all(word in said for word in (KEY, "reading", "anywhere", "2027-11-27", "never"))
    assert json.loads(run("list", AGENCY, "--json").stdout)["keys"][0]["id"] == KEY
    assert KEY in run("list", "--state", "ends_soon").stdout
    assert [each[2].partition("?")[0] for each in partners.requests] == [PATH, PATH, "/v1/agency-keys"]
    assert "state=ends_soon" in partners.requests[-1][2]


def test_what_was_made_with_a_key_is_revoked_with_it(partners: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = {name: str(UUID(int=number)) for number, name in enumerate(("child", "grandchild", "cousin", "own"))}
    makers = {KEY: None, "grandchild": ids["child"], "child": KEY, "cousin": ids["own"], "own": None}
    rows = [{**LISTED, "id": ids.get(name, name), "made_with": maker} for name, maker in makers.items()]

    def listing(service: str, method: str, path: str, body: Any) -> tuple[int, Any]:
        return (200, {"keys": rows, "next": None}) if method == "GET" else answer(service, method, path, body)

    partners.answer = listing
    assert run("revoke", AGENCY, KEY, "--made-too").exit_code == 0
    revoked = [path.rpartition("/")[2] for _, method, path, _, _ in partners.requests if method == "DELETE"]
    assert revoked == [KEY, ids["child"], ids["grandchild"]]
    partners.requests.clear()
    monkeypatch.setenv("CASEPATH_AGENCY_KEY", agency_keys.make(UUID(KEY)))
    assert run("revoke", AGENCY, KEY, "--made-too").exit_code == 0
    revoked = [path.rpartition("/")[2] for _, method, path, _, _ in partners.requests if method == "DELETE"]
    assert revoked == [ids["child"], ids["grandchild"], KEY], "what one asks with goes last"


def test_an_administrator_of_an_agency_asks_with_its_own_key(
    partners: StandIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "agency-key"
    file.write_text(f"{TEXT}\n")
    monkeypatch.setenv("CASEPATH_AGENCY_KEY_FILE", str(file))
    for arguments in (("own",), ("list", AGENCY), ("make", AGENCY, "--scope", "reading"), ("revoke", AGENCY, KEY)):
        assert run(*arguments).exit_code == 0
        assert partners.requests[-1][4]["Authorization"] == f"Bearer {TEXT}"
    assert "reading" in run("own").stdout


def test_without_a_key_there_is_no_own_agency(partners: StandIn) -> None:
    done = run("own")
    assert done.exit_code == 2
    assert "CASEPATH_AGENCY_KEY_FILE" in done.output
    assert partners.requests == []


@pytest.mark.parametrize("verb", ["make", "list", "rotate", "revoke", "own"])
def test_each_verb_explains_itself_with_an_example(verb: str) -> None:
    said = run(verb, "--help")
    assert said.exit_code == 0
    assert "Example" in said.stdout
