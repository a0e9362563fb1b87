"""Moving on: follow-up contacts, lost contact, the effect of closing, and a return without repeating the story."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import uuid4

import pytest

from deploy.cli import servers
from services.support.risks.move_on import rules
from services.support.risks.move_on.rules import Attempt, is_lost, takes_two
from shared.casework.refusals import StepForbidden
from tests.kit.client import Client
from tests.kit.harness import Harness, harness

NOW = datetime(2025, 12, 4, 11, tzinfo=UTC)
DAY = date(2025, 12, 4)
NEXT_DAY = DAY + timedelta(days=1)
PLAN: dict[str, Any] = {
    "leaves_on": "2025-12-10",
    "outcomes": [{"outcome": "long_term_consistent_support", "services": ["counselling"]}],
}


@pytest.fixture
def support(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("support", postgres) as service:
        service.move_clock(NOW)
        yield service


@pytest.fixture
def worker(support: Harness) -> Client:
    return support.member("support_worker", lead=True)


def open_tasks(worker: Client) -> dict[str, str]:
    tasks = worker.ask("GET", "").get_json()["tasks"]
    return {task["kind"]: task["due_on"] for task in tasks if task["done_on"] is None}


def shown(worker: Client) -> dict[str, object]:
    [transition] = worker.ask("GET", "").get_json()["transitions"]
    return dict(transition)


@pytest.mark.parametrize(
    ("attempts", "lost"),
    [
        ([], False),
        ([(DAY, "phone", False), (NEXT_DAY, "phone", False)], False),
        ([(DAY, "phone", False), (DAY, "sms", False)], False),
        ([(DAY, "phone", False), (NEXT_DAY, "sms", False)], True),
        ([(DAY, "phone", False), (NEXT_DAY, "sms", True)], False),
        ([(DAY, "email", True), (NEXT_DAY, "phone", False), (NEXT_DAY + timedelta(days=1), "sms", False)], True),
    ],
)
def test_contact_is_lost_after_two_ways_on_two_days(attempts: list[tuple[date, str, bool]], lost: bool) -> None:
    for order in permutations([Attempt(*attempt) for attempt in attempts]):
        assert is_lost(order) is lost


@pytest.mark.parametrize(
    ("reason", "risk", "two"),
    [
        ("settled", "low", False),
        ("settled", "medium", False),
        ("settled", "high", True),
        ("settled", "urgent", True),
        ("settled", None, True),
        ("settled", "unknown", True),
        ("lost_contact", "low", True),
    ],
)
def test_closing_takes_two_where_it_may_be_wrong(reason: str, risk: str | None, two: bool) -> None:
    assert takes_two(reason, risk) is two


def test_the_second_is_another_person_and_not_of_the_team() -> None:
    first, second = uuid4(), uuid4()
    for by, on_team in ((first, False), (second, True)):
        with pytest.raises(StepForbidden):
            rules.check_second(first, by, on_team=on_team)
    rules.check_second(first, second, on_team=False)


@pytest.mark.integration
def test_who_moves_on_is_asked_after_until_they_were_reached_so_often(support: Harness, worker: Client) -> None:
    plan = worker.told("POST", "transitions", {**PLAN, "check_in_after": [30, 14]}, 201)["id"]
    support.move_clock(NOW + timedelta(days=6))
    assert open_tasks(worker)["check_in"] == "2025-12-24"
    assert shown(worker)["outcomes"] == [{**PLAN["outcomes"][0], "agency": None}]
    path = f"transitions/{plan}/check-ins"
    missed = worker.told("POST", path, {"way": "phone", "reached": False}, 201)["id"]
    assert open_tasks(worker)["check_in"] == "2025-12-24"
    for due_on in ("2026-01-09", None):
        worker.told("POST", path, {"way": "sms", "reached": True, "safe": "yes"}, 201)
        assert open_tasks(worker).get("check_in") == due_on
    worker.told("POST", f"check-ins/{missed}/correction", {"reason": "wrong_code", "way": "voicemail"}, 201)
    assert [one["way"] for one in worker.ask("GET", "").get_json()["check_ins"]] == ["voicemail", "sms", "sms"]
    last = worker.ask("GET", "").get_json()["check_ins"][-1]["id"]
    worker.told("POST", f"check-ins/{last}/correction", {"reason": "wrong_code", "reached": False}, 201)
    assert (shown(worker)["check_ins_done"], open_tasks(worker)["check_in"]) == (1, "2026-01-09")
    worker.told("POST", f"check-ins/{missed}/correction", {"reason": "wrong_code", "reached": True}, 201)
    assert (shown(worker)["check_ins_done"], open_tasks(worker).get("check_in")) == (2, None)
    worker.told("POST", f"check-ins/{missed}/correction", {"reason": "not_so"}, 201)
    assert (shown(worker)["check_ins_done"], open_tasks(worker)["check_in"]) == (1, "2026-01-09")
    assert {name for name, _ in support.announced()} <= {"task.set", "task.done", "record.corrected"}


@pytest.mark.integration
def test_lost_contact_takes_a_second_look_and_coming_back_takes_one(support: Harness, worker: Client) -> None:
    plan = worker.told("POST", "transitions", {**PLAN, "leaves_on": "2025-12-03"}, 201)["id"]
    lost = {"closing_because": "lost_contact"}
    worker.told("POST", f"transitions/{plan}/closing", lost, 409)
    for day, way in (("2025-12-03", "phone"), ("2025-12-04", "sms")):
        worker.told("POST", f"transitions/{plan}/check-ins", {"way": way, "reached": False, "tried_on": day}, 201)
    worker.told("POST", f"transitions/{plan}/closing", lost, 201)
    assert (shown(worker)["state"], "second_look" in open_tasks(worker)) == ("runs", True)
    worker.told("POST", f"transitions/{plan}/closing", lost, 409)
    support.member("caseworker").told("POST", f"transitions/{plan}/closing", lost, 409)
    support.supervisor_of(worker).told("POST", f"transitions/{plan}/closing", lost, 201)
    assert (shown(worker)["state"], {"second_look", "check_in"} & set(open_tasks(worker))) == ("closed", set())
    worker.told("POST", f"transitions/{plan}/return", None, 201)
    assert (shown(worker)["state"], shown(worker)["came_back_on"]) == ("back", "2025-12-04")


@pytest.mark.hazard("H-DANGER-13", control="check-ins-after-leaving")
@pytest.mark.integration
def test_a_call_before_leaving_is_no_check_in(support: Harness, worker: Client) -> None:
    plan = worker.told("POST", "transitions", PLAN, 201)["id"]
    path, due_on = f"transitions/{plan}/check-ins", "2025-12-24"
    early = worker.told("POST", path, {"way": "phone", "reached": True, "safe": "yes"}, 201)["id"]
    assert (shown(worker)["check_ins_done"], open_tasks(worker)["check_in"]) == (0, due_on)
    # It counts as soon as its corrected day is the day of leaving.
    support.move_clock(NOW + timedelta(days=6))
    moved = {"reason": "wrong_date", "tried_on": "2025-12-10"}
    worker.told("POST", f"check-ins/{early}/correction", moved, 201)
    assert (shown(worker)["check_ins_done"], open_tasks(worker)["check_in"]) == (1, "2026-01-09")
    # So it does if the day of leaving is corrected, and no longer if they left later.
    worker.told("POST", f"transitions/{plan}/correction", {"reason": "wrong_date", "leaves_on": "2025-12-11"}, 201)
    assert (shown(worker)["check_ins_done"], open_tasks(worker)["check_in"]) == (0, "2025-12-25")


@pytest.mark.hazard("H-DANGER-13", control="check-ins-after-leaving")
@pytest.mark.integration
def test_missed_calls_before_leaving_are_no_lost_contact(support: Harness, worker: Client) -> None:
    plan = worker.told("POST", "transitions", PLAN, 201)["id"]
    for day, way in (("2025-12-03", "phone"), ("2025-12-04", "sms")):
        worker.told("POST", f"transitions/{plan}/check-ins", {"way": way, "reached": False, "tried_on": day}, 201)
    worker.told("POST", f"transitions/{plan}/closing", {"closing_because": "lost_contact"}, 409)
