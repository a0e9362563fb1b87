"""Counselling sessions (attendance only), the waiting list, dependants, and workload."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert

from deploy.cli import servers
from services.support.counselling.attendance import rules
from services.support.help.dependant import rules as dependant
from shared.reference import codes
from tests.kit.client import Client
from tests.kit.harness import Harness, add_case, harness

pytestmark = pytest.mark.integration

NOW = datetime(2025, 12, 4, 11, tzinfo=UTC)
CHILD: dict[str, Any] = {"relation": "child", "age": "5_11", "whereabouts": "with_person", "care": "person"}
WANTED: dict[str, Any] = {"modalities": ["one_to_one"], "waits_because": "language", "meanwhile": ["peer_group"]}


@pytest.fixture
def support(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("support", postgres) as service:
        service.move_clock(NOW)
        yield service


@pytest.fixture
def counsellor(support: Harness) -> Client:
    return support.member("counsellor", lead=True)


def course(counsellor: Client) -> str:
    return str(counsellor.told("POST", "counselling", {"modality": "one_to_one"}, 201)["id"])


def held(counsellor: Client, of: str, attendance: str, **more: Any) -> str:
    body = {"course": of, "attendance": attendance, **more}
    return str(counsellor.told("POST", "counselling-sessions", body, 201)["id"])


def tasks(support: Harness, kind: str) -> list[tuple[str, str | None]]:
    told = support.announced()
    return [(name, data.get("due_on")) for name, data in told if name.startswith("task.") and data["kind"] == kind]


def test_staying_away_ends_nothing_and_twice_in_a_row_asks_whether_somebody_is_safe(
    support: Harness, counsellor: Client
) -> None:
    which = course(counsellor)
    held(counsellor, which, "did_not_come", held_on="2025-12-01")
    assert tasks(support, "ask_if_safe") == []
    held(counsellor, which, "did_not_come", held_on="2025-12-03")
    assert tasks(support, "ask_if_safe") == [("task.set", "2025-12-04")]
    [shown] = counsellor.told("GET", "")["counselling"]
    assert shown["ended_on"] is None
    held(counsellor, which, "came_late")
    assert tasks(support, "ask_if_safe")[-1] == ("task.done", None)
    said = [name for name, _data in support.announced()]
    assert said.count("counselling.ended") == 0


def test_a_session_is_planned_ahead_and_then_it_is_said_who_came(counsellor: Client) -> None:
    sitting = held(counsellor, course(counsellor), "planned", held_on="2025-12-20", language="bg")
    path = f"counselling-sessions/{sitting}/attendance"
    counsellor.told("POST", path, {"attendance": "interpreter_missing"}, 201)
    assert counsellor.ask("POST", path, {"attendance": "came"}).status_code == 409
    [shown] = counsellor.told("GET", "")["counselling_sessions"]
    assert (shown["attendance"], shown["held_on"]) == ("interpreter_missing", "2025-12-20")


def test_sessions_are_the_counsellors_to_record_and_only_planned_ones_lie_ahead(
    support: Harness, counsellor: Client
) -> None:
    which = course(counsellor)
    ahead = {"course": which, "attendance": "came", "held_on": "2025-12-20"}
    assert counsellor.ask("POST", "counselling-sessions", ahead).status_code == 422
    body = {"course": which, "attendance": "came"}
    assert support.member("support_worker").ask("POST", "counselling-sessions", body).status_code == 403
    assert counsellor.ask("POST", "counselling-sessions", {**body, "course": str(uuid4())}).status_code == 404


def test_a_session_is_put_right(support: Harness, counsellor: Client) -> None:
    which = course(counsellor)
    held(counsellor, which, "did_not_come", held_on="2025-12-01")
    second = held(counsellor, which, "did_not_come")
    right = {"reason": "wrong_code", "attendance": "provider_cancelled"}
    counsellor.told("POST", f"counselling-sessions/{second}/correction", right, 201)
    assert tasks(support, "ask_if_safe") == [("task.set", "2025-12-04"), ("task.done", None)]


@given(st.lists(st.sampled_from([*codes("session_attendance")]), max_size=6))
def test_what_others_cancelled_says_nothing_of_the_person(attended: list[str]) -> None:
    silent = {"provider_cancelled", "interpreter_missing", "unsafe_to_come", "planned"}
    assert rules.asks_if_safe(attended) == rules.asks_if_safe([each for each in attended if each not in silent])


# --- the waiting list -------------------------------------------------------------------------------------------------


def test_who_waits_stands_on_a_list_with_age_reason_and_what_they_have_meanwhile(
    support: Harness, counsellor: Client
) -> None:
    first = counsellor.told("POST", "counselling-requests", {**WANTED, "asked_on": "2025-11-04"}, 201)["id"]
    counsellor.told("POST", "counselling-requests", WANTED, 201)
    longest, _ = counsellor.told("GET", "/v1/counselling-requests")["waiting"]
    assert (longest["id"], longest["days"], longest["waits_because"]) == (first, 30, "language")
    assert longest["meanwhile"] == ["peer_group"]
    path = f"counselling-requests/{first}/answer"
    counsellor.told("POST", path, {"waits_because": "interpreter", "meanwhile": []}, 201)
    counsellor.told("POST", path, {"state": "started"}, 201)
    assert counsellor.ask("POST", path, {"state": "withdrawn"}).status_code == 409
    assert len(counsellor.told("GET", "/v1/counselling-requests")["waiting"]) == 1
    assert ("task.done", None) in tasks(support, "counselling_waits")
    assert support.staff("counsellor").told("GET", "/v1/counselling-requests")["waiting"] == []


# --- dependants -------------------------------------------------------------------------------------------------------


def worked_on(support: Harness, *members: Client) -> str:
    """Store another case, with these on its team; return its id."""
    other, team = uuid4(), support.parts.migrations.metadata[-1].tables["case_team"]
    with support.database.transaction() as session:
        add_case(session, "support", other)
        for member in members:
            values = {"case_id": other, "member": member.subject, "role": "counsellor", "lead": True}
            session.execute(insert(team).values(**values))
    return str(other)


def test_a_dependants_own_case_is_another_that_one_works_on(support: Harness, counsellor: Client) -> None:
    anothers = worked_on(support, support.staff("counsellor"))
    refusals = [
        counsellor.told("POST", "dependants", {**CHILD, "own_case": case}, 422)["errors"]
        for case in (anothers, str(uuid4()), str(support.case))
    ]
    assert refusals[0] == refusals[1] == refusals[2]
    assert refusals[0][0]["rule"] == "worked_on"


def test_a_dependant_has_a_row_of_their_own_and_somebody_sees_how_they_are(
    support: Harness, counsellor: Client
) -> None:
    which = counsellor.told("POST", "dependants", CHILD, 201)["id"]
    assert tasks(support, "dependant_check") == [("task.set", "2026-01-03")]
    own_case = worked_on(support, counsellor)
    counsellor.told("POST", f"dependants/{which}/check", {"care": "nobody", "own_case": own_case}, 201)
    [shown] = counsellor.told("GET", "")["dependants"]
    assert (shown["care"], shown["own_case"], shown["checked_on"]) == ("nobody", own_case, "2025-12-04")
    assert tasks(support, "dependant_check")[-1] == ("task.set", "2025-12-04")
    assert own_case not in str(support.announced())
    counsellor.told("POST", f"dependants/{which}/correction", {"reason": "not_so"}, 201)
    assert tasks(support, "dependant_check")[-1] == ("task.done", None)


def test_a_name_has_no_field(counsellor: Client) -> None:
    assert counsellor.ask("POST", "dependants", {**CHILD, "name": "Fictitious"}).status_code == 422


@pytest.mark.parametrize(
    ("whereabouts", "care", "check_on", "due"),
    [
        ("with_person", "person", None, date(2026, 1, 3)),
        ("with_person", "person", date(2025, 12, 10), date(2025, 12, 10)),
        ("with_person", "person", date(2026, 6, 1), date(2026, 1, 3)),
        ("with_trafficker", "person", date(2025, 12, 10), date(2025, 12, 4)),
        ("elsewhere", "nobody", None, date(2025, 12, 4)),
    ],
)
def test_danger_is_looked_at_at_once(whereabouts: str, care: str, check_on: date | None, due: date) -> None:
    assert dependant.check_due(whereabouts, care, date(2025, 12, 4), check_on) == due


# --- workload ---------------------------------------------------------------------------------------------------------


def test_what_somebody_carries_is_counted_for_them_and_their_supervisor_alone(
    support: Harness, counsellor: Client
) -> None:
    held(counsellor, course(counsellor), "came")
    high = {"type": "initial", "domains": {"accommodation": {"need": 3, "risk": 3}}}
    counsellor.told("POST", "assessments", high, 201)
    counsellor.told("POST", "alerts", {"danger_type": "trafficker_contact", "urgency": "today"}, 201)
    counsellor.told("POST", "practical-help", {"service_type": "documents", "asked_on": "2025-12-01"}, 201)
    carried = {
        "member": str(counsellor.subject), "open_cases": 1, "high_risk_cases": 1, "alerts_unanswered": 1,
        "tasks_overdue": 1, "sessions_this_week": 1,
    }  # fmt: skip
    assert counsellor.told("GET", "/v1/workload")["members"] == [carried]
    assert carried in support.supervisor_of(counsellor).told("GET", "/v1/workload")["members"]
    assert carried not in support.staff("supervisor").told("GET", "/v1/workload")["members"]
