"""The `agencies webhook` commands, against a stand-in that answers as partners does."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from deploy.cli.__main__ import casepath
from tests.kit.stand_in import StandIn

AGENCY, WEBHOOK = "0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57", "0199f0c2-8a11-7c3a-9b1e-4f6a2d8c1b57"
PATH = f"/v1/agencies/{AGENCY}/webhooks"
ONE = f"{PATH}/{WEBHOOK}"
URL = "https://hooks.example.org/casepath"
STANDING = {
    "id": WEBHOOK,
    "url": URL,
    "state": "disabled",
    "reason": "failed",
    "position": 41,
    "behind": 7,
    "tries": 10,
    "breaker": "open",
    "next_at": "2026-03-02T09:00:00+00:00",
}
ATTEMPT = {
    "id": AGENCY,
    "at": "2026-03-02T09:00:00+00:00",
    "sequence": None,
    "outcome": "refused",
    "status": 500,
    "milliseconds": 12,
    "answer": "fictitious",
}


def answer(_service: str, method: str, path: str, _body: Any) -> tuple[int, Any]:
    if method == "POST":
        return 200, {"id": WEBHOOK, "secret": "whsec_fictitious", "former_until": "2026-03-02T09:00:00+00:00"}
    if path == f"{ONE}/attempts":
        return 200, {"attempts": [ATTEMPT], "next": None}
    return 200, {"webhooks": [STANDING]} if path == PATH else STANDING


@pytest.fixture
def partners(services: StandIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> StandIn:
    monkeypatch.setattr("deploy.cli.service_requests.find_targets", lambda *_: services.targets)
    monkeypatch.setenv("CASEPATH_HOME", str(tmp_path))
    services.answer, services.headers = answer, {"ETag": '"3"'}
    return services


def run(*arguments: str) -> Result:
    return CliRunner().invoke(casepath, ["agencies", "webhook", *arguments])


def asked(partners: StandIn) -> list[tuple[str, str, Any]]:
    return [(method, path, body) for _, method, path, body, _ in partners.requests]


def test_one_is_added_and_its_secret_is_printed_once(partners: StandIn) -> None:
    done = run("add", AGENCY, URL, "--after", "0")
    assert done.exit_code == 0, done.output
    assert done.stdout.count("whsec_fictitious") == 1
    assert asked(partners) == [("POST", PATH, {"url": URL, "kind": "v1", "after": 0})]


def test_they_are_listed_with_why_nothing_is_posted(partners: StandIn) -> None:
    assert "disabled: failed" in run("list", AGENCY).stdout
    assert json.loads(run("list", AGENCY, "--json").stdout) == {"webhooks": [STANDING]}


def test_attempts_say_what_became_of_a_test(partners: StandIn) -> None:
    assert run("test", AGENCY, WEBHOOK).exit_code == 0
    assert asked(partners) == [("POST", f"{ONE}/test", None)]
    listed = run("attempts", AGENCY, WEBHOOK).stdout
    for word in ("test", "refused", "500", "fictitious"):
        assert word in listed


@pytest.mark.parametrize(
    ("typed", "body"),
    [
        (("--sequence", "7"), {"sequence": 7, "after": None, "type": None}),
        (("--after", "0"), {"sequence": None, "after": 0, "type": None}),
        (("--after", "0", "--type", "x.v1"), {"sequence": None, "after": 0, "type": "x.v1"}),
    ],
)
def test_something_is_posted_again(partners: StandIn, typed: tuple[str, ...], body: dict[str, Any]) -> None:
    assert run("redeliver", AGENCY, WEBHOOK, *typed).exit_code == 0
    assert asked(partners) == [("POST", f"{ONE}/redelivery", body)]


def test_it_must_be_clear_what_is_posted_again(partners: StandIn) -> None:
    assert run("redeliver", AGENCY, WEBHOOK).exit_code == 2
    assert partners.requests == []


def test_a_secret_is_rotated_one_is_paused_resumed_and_removed(partners: StandIn) -> None:
    assert "whsec_fictitious" in run("rotate", AGENCY, WEBHOOK).stdout
    for verb in ("pause", "resume", "remove"):
        assert run(verb, AGENCY, WEBHOOK).exit_code == 0
    changes = [each for each in asked(partners) if each[0] != "GET"]
    assert changes == [
        ("POST", f"{ONE}/rotation", {"overlap_hours": 24}),
        ("PATCH", ONE, {"is_paused": True}),
        ("POST", f"{ONE}/resumption", None),
        ("DELETE", ONE, None),
    ]
