"""The operators' commands for held events; the services are a small real HTTP server with prepared responses."""

import json
import re
from typing import Any

import pytest
from click.testing import CliRunner, Result

from deploy.cli.__main__ import casepath
from deploy.cli.installation import SERVICES

SUBJECT = "0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57"
OTHER = "0199f0c2-7d5e-7c3a-9b1e-000000000000"
HASH = "ab" * 32


def hold(subject: str = SUBJECT, source: str = "intake", state: str = "parked") -> dict[str, Any]:
    return {
        "source": source,
        "subject": subject,
        "state": state,
        "position": 7,
        "type": "org.casepath.intake.case.closed.v1",
        "version": 1,
        "attempts": 6,
        "reason": "LookupError",
        "held_at": "2026-05-20T10:00:00+00:00",
        "next_try_at": None,
        "parked_at": "2026-05-20T10:30:00+00:00",
    }


class House:
    """Three services with held events at each; stores the requests to them."""

    def __init__(self, holds: dict[str, list[dict[str, Any]]] | None = None) -> None:
        self.holds = holds or {}
        self.quarantine: dict[str, dict[str, Any]] = {}

    def answer(self, service: str, _method: str, path: str, body: Any) -> tuple[int, Any]:
        if path.endswith("/retry"):
            return 200, {"retried": len(self.holds.get(service, []))}
        if path.endswith("/skip"):
            return 200, {"skipped": {"type": "org.casepath.intake.case.closed.v1", **body}}
        if path.startswith("/v1/quarantine/"):
            found = self.quarantine.get(service)
            return (200, found) if found else (404, {"title": "Not found"})
        if path.startswith("/v1/quarantine"):
            return 200, {
                "quarantine": [each for name, each in self.quarantine.items() if name == service],
                "next": None,
            }
        assert path.startswith("/v1/holds?")
        return self._page(self.holds.get(service, []), path)

    def _page(self, rows: list[dict[str, Any]], path: str) -> tuple[int, Any]:
        """Return one row per page, so that clients must request further pages."""
        rows = [each for each in rows if f"state={each['state']}" in path]
        rows = [each for each in rows if "subject=" not in path or f"subject={each['subject']}" in path]
        at = int(path.partition("after=")[2] or 0)
        return 200, {"holds": rows[at : at + 1], "next": str(at + 1) if at + 1 < len(rows) else None}


@pytest.fixture(autouse=True)
def here(services: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setenv("CASEPATH_HOME", str(tmp_path))
    monkeypatch.setenv("CASEPATH_OPERATOR_SIGNING_KEY", json.dumps(services.key))
    for name, url in services.targets.urls.items():
        monkeypatch.setenv(f"CASEPATH_{name.upper()}_URL", url)


def call(*arguments: str) -> Result:
    return CliRunner().invoke(casepath, list(arguments))


def sent(services: Any, ending: str) -> list[tuple[str, Any]]:
    return [(service, body) for service, _, path, body, _ in services.requests if path.endswith(ending)]


def test_a_list_is_read_to_its_end_at_every_service(services: Any) -> None:
    services.answer = House({"legal": [hold(), hold(OTHER)], "support": [hold(), hold(state="held")]}).answer
    document = json.loads(call("parked", "list", "--json").stdout)
    assert [(row["service"], row["subject"]) for row in document["holds"]] == [
        ("legal", SUBJECT),
        ("legal", OTHER),
        ("support", SUBJECT),
    ]
    only = json.loads(call("held", "list", "--service", "support", "--json").stdout)
    assert [(row["service"], row["state"]) for row in only["holds"]] == [("support", "held")]
    principal = services.verifier.verify(services.requests[0][-1]["Authorization"])
    assert principal.roles == {"operator"}


def test_a_table_shows_every_subject_whole(services: Any) -> None:
    services.answer = House({"legal": [hold()]}).answer
    said = call("parked", "list")
    assert said.exit_code == 0
    assert "LookupError" in said.stdout
    assert SUBJECT in said.stdout


@pytest.mark.parametrize("verb", ["held", "parked"])
def test_nothing_that_waits_is_said_in_words(services: Any, verb: str) -> None:
    services.answer = House().answer
    listed, retried = call(verb, "list"), call(verb, "retry", "--all")
    assert (listed.exit_code, retried.exit_code) == (0, 0)
    assert (listed.stdout, bool(listed.stderr), bool(retried.stderr)) == ("", True, True)
    for act in (["show", SUBJECT], ["retry", SUBJECT], ["skip", SUBJECT, "--reason", "superseded"]):
        said = call(verb, *act)
        assert said.exit_code == 1
        assert SUBJECT in said.stderr


def test_show_tells_all_that_is_known(services: Any) -> None:
    services.answer = House({"legal": [hold(), hold(OTHER)]}).answer
    [row] = json.loads(call("parked", "show", SUBJECT, "--json").stdout)["holds"]
    assert row == {"service": "legal", **hold()}
    said = call("parked", "show", SUBJECT)
    assert all(str(value) in said.stdout for value in hold().values() if value is not None)


@pytest.mark.parametrize(
    ("arguments", "chosen"),
    [
        ([SUBJECT], {"subject": SUBJECT}),
        (["--type", "intake.case.closed"], {"type": "intake.case.closed"}),
        (["--all"], {"all": True}),
    ],
)
def test_retry_chooses_within_its_own_list(services: Any, arguments: list[str], chosen: dict[str, Any]) -> None:
    services.answer = House({"legal": [hold()]}).answer
    said = call("parked", "retry", *arguments)
    assert said.exit_code == 0
    assert "legal" in said.stderr
    assert sent(services, "/retry") == [(name, {"state": "parked", **chosen}) for name in SERVICES]


@pytest.mark.parametrize("arguments", [[], [SUBJECT, "--all"], ["--all", "--type", "x"], ["rubbish"]])
def test_a_retry_of_nothing_in_particular_asks_no_service(services: Any, arguments: list[str]) -> None:
    assert call("parked", "retry", *arguments).exit_code == 2
    assert services.requests == []


def test_skip_names_the_event_that_was_looked_at(services: Any) -> None:
    services.answer = House({"legal": [hold()]}).answer
    said = call("parked", "skip", SUBJECT, "--reason", "superseded")
    assert said.exit_code == 0
    assert re.search(r"\b7\b", said.stderr)
    assert sent(services, "/skip") == [("legal", {"reason": "superseded", "position": 7})]


def test_skip_is_for_one_event_only(services: Any) -> None:
    services.answer = House({"legal": [hold()], "support": [hold()]}).answer
    said = call("parked", "skip", SUBJECT, "--reason", "superseded")
    assert said.exit_code == 1
    assert "legal" in said.stderr
    assert "support" in said.stderr
    assert sent(services, "/skip") == []
    assert call("parked", "skip", SUBJECT, "--reason", "superseded", "--service", "support").exit_code == 0
    assert [name for name, _ in sent(services, "/skip")] == ["support"]


def test_a_reason_is_one_of_the_list(services: Any) -> None:
    assert call("parked", "skip", SUBJECT, "--reason", "Jane Doe said so").exit_code == 2
    assert call("parked", "skip", SUBJECT).exit_code == 2
    assert services.requests == []


def test_a_service_that_is_away_is_named_and_the_others_are_shown(
    services: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.answer = House({"support": [hold()]}).answer
    monkeypatch.setenv("CASEPATH_LEGAL_URL", "http://127.0.0.1:9")
    said = call("parked", "list", "--json")
    document = json.loads(said.stdout)
    assert said.exit_code == 1
    assert [row["service"] for row in document["holds"]] == ["support"]
    assert list(document["away"]) == ["legal"]


def test_quarantine_is_listed_and_shown_by_hash(services: Any) -> None:
    house = House()
    services.answer = house.answer
    assert call("quarantine", "list").stdout == ""
    assert call("quarantine", "show", HASH).exit_code == 1
    times = {"first_at": "2026-05-20T10:00:00+00:00", "last_at": "2026-05-20T10:00:00+00:00"}
    house.quarantine["legal"] = {
        "hash": HASH, "reason": "no_json", "size": 9, "exchange": "intake.events", "count": 2, **times
    }  # fmt: skip
    assert HASH in call("quarantine", "list").stdout
    [row] = json.loads(call("quarantine", "show", HASH.upper(), "--json").stdout)["quarantine"]
    assert (row["service"], row["reason"], row["count"]) == ("legal", "no_json", 2)
    assert call("quarantine", "show", "rubbish").exit_code == 2


def exchange(service: str, *_: Any) -> tuple[int, Any]:
    follower = {"source": "intake", "cursor": 4, "held": 1, "parked": 2, "diverged": service == "support"}
    return 200, {
        "epoch": OTHER,
        "head": 9,
        "published": 7 if service == "intake" else 9,
        "unpublished_age_seconds": 12.34,
        "following": [] if service == "intake" else [follower],
    }


def test_log_status_tells_what_is_unpublished_and_who_lags(services: Any) -> None:
    services.answer = exchange
    said = json.loads(call("log", "status", "--json").stdout)["services"]
    assert (said["intake"]["epoch"], said["intake"]["published"]) == (OTHER, 7)
    assert said["intake"]["unpublished_age_seconds"] == 12.34
    assert [(each["cursor"], each["lag"]) for each in said["legal"]["following"]] == [(4, 5)]
    shown = call("log", "status").stdout
    assert "12.3 s" in shown
    assert "rebuild" in shown
    assert "intake" in call("log", "status", "--service", "intake").stderr


def test_a_lag_behind_a_source_that_is_away_is_unknown(services: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    services.answer = exchange
    monkeypatch.setenv("CASEPATH_INTAKE_URL", "http://127.0.0.1:9")
    said = call("log", "status", "--json")
    document = json.loads(said.stdout)
    assert said.exit_code == 1
    assert document["services"]["legal"]["following"][0]["lag"] is None
    assert list(document["away"]) == ["intake"]
    assert "4" in call("log", "status", "--service", "legal").stdout, "as far as it has read is shown"


def test_the_command_and_the_package_have_one_version() -> None:
    import tomllib
    from pathlib import Path

    import shared

    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == shared.__version__
    assert shared.__version__ in call("--version").stdout
