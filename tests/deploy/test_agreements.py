"""The `agencies agreement` commands, against a stand-in that answers as partners does."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from deploy.cli.__main__ import casepath
from tests.kit.stand_in import StandIn

AGENCY, AGREEMENT = "0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57", "0199f0c2-8a11-7c3a-9b1e-4f6a2d8c1b57"
PATH = f"/v1/agencies/{AGENCY}/agreements"
STANDING = {
    "id": AGREEMENT,
    "agency": AGENCY,
    "purposes": ["referral_for_support"],
    "data_categories": ["health"],
    "jurisdictions": ["NL", "RO"],
    "first_day": "2026-12-01",
    "last_day": "2027-11-30",
    "state": "proposed",
    "counts": False,
}
ADD = ("--purpose", "referral_for_support", "--category", "health", "--jurisdiction", "NL", "--jurisdiction", "RO")
DAYS = ("--from", "2026-12-01", "--until", "2027-11-30")


def answer(_service: str, method: str, path: str, _body: Any) -> tuple[int, Any]:
    if method == "POST":
        return (201 if path == PATH else 200), {"id": AGREEMENT}
    if path == f"{PATH}/{AGREEMENT}":
        return 200, {**STANDING, "reference": "Fictitious binder"}
    return 200, {"agreements": [STANDING], "next": None}


@pytest.fixture
def partners(services: StandIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> StandIn:
    monkeypatch.setattr("deploy.cli.service_requests.find_targets", lambda *_: services.targets)
    monkeypatch.setenv("CASEPATH_HOME", str(tmp_path))
    services.answer, services.headers = answer, {"ETag": '"3"'}
    return services


def run(*arguments: str, said: str | None = None) -> Result:
    return CliRunner().invoke(casepath, ["agencies", "agreement", *arguments], input=said)


def changes(partners: StandIn) -> list[tuple[str, Any]]:
    return [(path, body) for _, method, path, body, _ in partners.requests if method == "POST"]


def test_an_agreement_is_recorded_as_it_was_typed(partners: StandIn) -> None:
    done = run("add", AGENCY, *ADD, *DAYS, "--reference", "Fictitious binder")
    assert done.exit_code == 0, done.output
    [(path, body)] = changes(partners)
    assert path == PATH
    named = ("purposes", "data_categories", "jurisdictions", "first_day", "last_day")
    assert body == {**{name: STANDING[name] for name in named}, "reference": "Fictitious binder"}


def test_an_agreement_without_an_end_is_not_recorded(partners: StandIn) -> None:
    assert run("add", AGENCY, *ADD, "--from", "2026-12-01", "--reference", "Fictitious").exit_code == 2
    assert partners.requests == []


def test_agreements_are_listed_of_one_agency_or_of_all(partners: StandIn) -> None:
    assert AGREEMENT in run("list", "--state", "ends_soon").stdout
    assert AGREEMENT in run("list", AGENCY).stdout
    assert [each[2].partition("?")[0] for each in partners.requests] == ["/v1/agreements", PATH]
    assert "state=ends_soon" in partners.requests[0][2]


def test_one_is_confirmed_with_ones_own_token_after_a_look_at_it(
    partners: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = run("confirm", AGENCY, AGREEMENT, "--yes")
    assert without.exit_code == 2
    assert changes(partners) == []
    token = partners.targets.token(["data_protection_officer"], AGENCY)
    monkeypatch.setenv("CASEPATH_TOKEN", token)
    left = run("confirm", AGENCY, AGREEMENT, said="n\n")
    assert left.exit_code == 1
    assert "Fictitious binder" in left.output
    assert changes(partners) == []
    assert run("confirm", AGENCY, AGREEMENT, said="y\n").exit_code == 0
    _, _, path, _, headers = partners.requests[-1]
    assert path == f"{PATH}/{AGREEMENT}/confirmation"
    assert (headers["If-Match"], headers["Authorization"]) == ('"3"', f"Bearer {token}")


def test_one_is_suspended_resumed_and_ended(partners: StandIn) -> None:
    assert run("suspend", AGENCY, AGREEMENT, "--reason", "data_breach").exit_code == 0
    assert run("resume", AGENCY, AGREEMENT).exit_code == 0
    assert partners.requests[-1][4]["If-Match"] == '"3"'
    assert run("end", AGENCY, AGREEMENT, "--reason", "other").exit_code == 0
    assert changes(partners) == [
        (f"{PATH}/{AGREEMENT}/suspension", {"reason": "data_breach"}),
        (f"{PATH}/{AGREEMENT}/resumption", None),
        (f"{PATH}/{AGREEMENT}/ending", {"reason": "other"}),
    ]


@pytest.mark.parametrize("verb", ["add", "list", "confirm", "suspend", "resume", "end"])
def test_each_verb_explains_itself_with_an_example(verb: str) -> None:
    said = run(verb, "--help")
    assert said.exit_code == 0
    assert "Example" in said.stdout
