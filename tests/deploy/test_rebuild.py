"""The commands `rebuild` and `log vanished`; the services are a small real HTTP server."""

import json
import re
from typing import Any

import pytest
from click.testing import CliRunner, Result

from deploy.cli import rebuild
from deploy.cli.__main__ import casepath

REBUILD = "0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57"
CASE = "0199f0c2-7d5e-7c3a-9b1e-000000000000"


def told(state: str = "building", **different: Any) -> dict[str, Any]:
    return {
        "id": REBUILD,
        "state": state,
        "projection": None,
        "subject": None,
        "heals": False,
        "reason": None,
        "ended_at": "2026-05-20T10:30:00+00:00" if state in ("done", "failed") else None,
        "sources": [{"source": "intake", "position": 200, "target": 1_000}],
        "tables": [],
        **different,
    }


def table(name: str, rows: int, changed: int = 0) -> dict[str, Any]:
    return {"table": name, "rows": rows, "inserted": 0, "changed": changed, "deleted": 0, "differed": changed}


class House:
    """A service with one rebuild; it returns the next of these states for each request."""

    def __init__(self, *states: dict[str, Any], joined: bool = False) -> None:
        self.states, self.joined = list(states), joined

    def answer(self, _service: str, method: str, path: str, _body: Any) -> tuple[int, Any]:
        if method == "POST":
            return 202, {"id": REBUILD, "joined": self.joined}
        assert path == f"/v1/rebuilds/{REBUILD}"
        return 200, self.states.pop(0) if len(self.states) > 1 else self.states[0]


@pytest.fixture(autouse=True)
def here(services: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setenv("CASEPATH_HOME", str(tmp_path))
    monkeypatch.setenv("CASEPATH_OPERATOR_SIGNING_KEY", json.dumps(services.key))
    monkeypatch.setattr(rebuild, "POLL_SECONDS", 0)
    for name, url in services.targets.urls.items():
        monkeypatch.setenv(f"CASEPATH_{name.upper()}_URL", url)


def call(*arguments: str) -> Result:
    return CliRunner().invoke(casepath, list(arguments))


def test_a_rebuild_is_watched_to_its_end_and_tells_how_many_rows_differed(services: Any) -> None:
    done = told("done", tables=[table("cases", 4_210), table("case_team", 900, 3)])
    services.answer = House(told("waiting"), told(), told("swapping"), done).answer
    said = call("rebuild", "legal")
    assert said.exit_code == 0
    assert "4,210" in said.stdout
    assert re.search(r"\b3\b", said.stderr)
    assert [(name, body) for name, method, _, body, _ in services.requests if method == "POST"] == [("legal", {})]
    principal = services.verifier.verify(services.requests[0][-1]["Authorization"])
    assert principal.roles == {"operator"}


def test_nothing_that_differed_is_said_in_words_and_json_says_it_whole(services: Any) -> None:
    done = told("done", tables=[table("cases", 7)])
    services.answer = House(done).answer
    assert call("rebuild", "support").exit_code == 0
    assert json.loads(call("rebuild", "support", "--json").stdout) == {"service": "support", **done}


def test_projection_and_subject_narrow_what_is_built(services: Any) -> None:
    services.answer = House(told("done")).answer
    assert call("rebuild", "legal", "--projection", "team", "--subject", CASE).exit_code == 0
    assert services.requests[0][3] == {"projection": "team", "subject": CASE}
    assert call("rebuild", "nobody").exit_code == 2
    assert call("rebuild", "legal", "--subject", "rubbish").exit_code == 2


def test_who_comes_second_is_told_that_it_runs_already(services: Any) -> None:
    services.answer = House(told("done")).answer
    alone = call("rebuild", "legal").stderr
    services.answer = House(told("done"), joined=True).answer
    assert call("rebuild", "legal").stderr != alone


def test_ctrl_c_leaves_it_running(services: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    services.answer = House(told()).answer

    def pressed(_seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(rebuild.time, "sleep", pressed)
    said = call("rebuild", "legal")
    assert said.exit_code == 130
    assert said.stderr


@pytest.mark.parametrize(("projection", "next_step"), [(None, "legal"), ("team", "--projection")])
def test_a_rebuild_that_was_given_up_says_why_and_what_to_do(
    services: Any, projection: str | None, next_step: str
) -> None:
    services.answer = House(told("failed", reason="LookupError", projection=projection)).answer
    said = call("rebuild", "legal")
    assert said.exit_code == 1
    assert "LookupError" in said.stderr
    assert next_step in said.stderr


def test_what_was_done_for_events_that_vanished_is_listed_to_its_end(services: Any) -> None:
    rows = [
        {
            "id": str(number),
            "reaction": "urgent_needs",
            "source": "intake",
            "position": number,
            "event": REBUILD,
            "subject": CASE,
            "answered_at": "2026-05-20T10:30:00+00:00",
            "vanished_at": "2026-05-21T10:30:00+00:00",
        }
        for number in (7, 8)
    ]

    def answer(_service: str, _method: str, path: str, _body: Any) -> tuple[int, Any]:
        at = "after=7" in path
        return 200, {"reactions": [rows[at]], "next": None if at else "7"}

    services.answer = answer
    found = json.loads(call("log", "vanished", "support", "--json").stdout)["reactions"]
    assert [(each["service"], each["position"]) for each in found] == [("support", 7), ("support", 8)]
    assert CASE in call("log", "vanished", "support").stdout
    services.answer = lambda *_: (200, {"reactions": [], "next": None})
    nothing = call("log", "vanished", "support")
    assert (nothing.exit_code, CASE in nothing.output, bool(nothing.stderr)) == (0, False, True)
