"""Placements and practical help: in their order, each with its task, and never with an address."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from deploy.cli import servers
from services.support.help.placement import rules
from tests.kit.client import Client
from tests.kit.harness import Harness, harness

pytestmark = pytest.mark.integration

NOW = datetime(2025, 12, 4, 11, tzinfo=UTC)
OFFER: dict[str, Any] = {"accommodation_type": "safe_house", "region": "NL-ZH"}
OUT = {"exit_reason": "moved_on"}


@pytest.fixture
def support(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("support", postgres) as service:
        service.move_clock(NOW)
        yield service


@pytest.fixture
def worker(support: Harness) -> Client:
    return support.member("support_worker", lead=True)


def offered(worker: Client, **more: Any) -> str:
    return str(worker.told("POST", "placements", {**OFFER, **more}, 201)["id"])


def tasks(support: Harness, kind: str) -> list[tuple[str, str | None]]:
    told = support.announced()
    return [(name, data.get("due_on")) for name, data in told if name.startswith("task.") and data["kind"] == kind]


def shown(worker: Client, part: str = "placements") -> dict[str, Any]:
    [row] = worker.told("GET", "")[part]
    return dict(row)


def test_a_stay_goes_from_its_offer_to_moving_out_and_tells_no_place(support: Harness, worker: Client) -> None:
    placement = offered(worker, held_until="2025-12-06")
    worker.told("POST", f"placements/{placement}/move-in", {"ends_on": "2026-01-20", "safe": "yes"}, 201)
    assert shown(worker)["moved_in_on"] == "2025-12-04"
    worker.told("POST", f"placements/{placement}/move-out", OUT, 201)
    assert (shown(worker)["state"], shown(worker)["exit_reason"]) == ("moved_out", "moved_on")
    assert tasks(support, "placement_answer") == [("task.set", "2025-12-06"), ("task.done", None)]
    assert tasks(support, "next_place") == [("task.set", "2025-12-21"), ("task.done", None)]
    assert {name for name, _data in support.announced()} == {"task.set", "task.done", "service.delivered"}
    assert "NL-ZH" not in str(support.announced())


def test_an_ended_stay_ends_nothing_else_and_asks_for_the_next_place(support: Harness, worker: Client) -> None:
    placement = offered(worker)
    worker.told("POST", f"placements/{placement}/move-in", {"ends_on": "2025-12-10"}, 201)
    assert tasks(support, "next_place") == [("task.set", "2025-12-04")]
    support.move_clock(datetime(2025, 12, 20, 11, tzinfo=UTC))
    assert shown(worker)["state"] == "moved_in"
    following = offered(worker)
    assert tasks(support, "next_place")[-1] == ("task.done", None)
    refusal = {"refused_by": "person", "refused_because": "not_safe"}
    worker.told("POST", f"placements/{following}/refusal", refusal, 201)
    assert tasks(support, "next_place")[-1] == ("task.set", "2025-12-20")


def test_a_place_that_is_not_safe_is_work_for_today_until_it_is(support: Harness, worker: Client) -> None:
    placement = offered(worker)
    worker.told("POST", f"placements/{placement}/move-in", {"safe": "no"}, 201)
    assert tasks(support, "place_unsafe") == [("task.set", "2025-12-04")]
    worker.told("POST", f"placements/{placement}/review", {"safe": "yes"}, 201)
    assert tasks(support, "place_unsafe")[-1] == ("task.done", None)


def test_a_move_has_the_safety_plan_looked_at_again(worker: Client) -> None:
    step = {"part": "in_danger", "text": "Fictitious.", "visible": "no", "escalates": "no", "who": "person"}
    worker.told("POST", "safety-plans", {"steps": [step]}, 201)
    worker.told("POST", f"placements/{offered(worker)}/move-in", {}, 201)
    assert shown(worker, "safety_plans")["reopened_by"] == "move"


@pytest.mark.parametrize(
    ("change", "status"),
    [({"address": "1 High Street"}, 422), ({"region": "1 High Street"}, 422), ({"held_until": "2025-12-03"}, 422)],
)
def test_an_address_has_no_field(worker: Client, change: dict[str, Any], status: int) -> None:
    assert worker.ask("POST", "placements", {**OFFER, **change}).status_code == status


@pytest.mark.parametrize("step", ["review", "move-out", "refusal"])
def test_a_step_follows_on_the_state(worker: Client, step: str) -> None:
    placement = offered(worker)
    if step == "refusal":
        worker.told("POST", f"placements/{placement}/move-in", {}, 201)
    body = {"review": {}, "move-out": OUT, "refusal": {"refused_by": "person", "refused_because": "rules"}}[step]
    assert worker.ask("POST", f"placements/{placement}/{step}", body).status_code == 409


def test_a_placement_is_put_right_and_taken_back(support: Harness, worker: Client) -> None:
    placement = offered(worker, held_until="2025-12-06")
    path = f"placements/{placement}/correction"
    worker.told("POST", path, {"reason": "wrong_code", "accommodation_type": "refuge"}, 201)
    assert shown(worker)["accommodation_type"] == "refuge"
    worker.told("POST", path, {"reason": "not_so"}, 201)
    assert tasks(support, "placement_answer")[-1] == ("task.done", None)
    assert worker.ask("POST", f"placements/{placement}/move-in", {}).status_code == 409


def test_the_days_of_a_stay_are_put_right_and_the_list_follows(support: Harness, worker: Client) -> None:
    placement = offered(worker, offered_on="2025-11-20")
    worker.told("POST", f"placements/{placement}/move-in", {"moved_in_on": "2025-12-03", "ends_on": "2026-03-01"}, 201)
    path, slip = f"placements/{placement}/correction", {"reason": "wrong_date"}
    for wrong, rule in (
        ({"moved_in_on": "2025-11-19"}, "after_it_began"),
        ({"offered_on": "2025-12-04"}, "after_it_began"),
        ({"ends_on": "2025-12-02"}, "after_it_began"),
        ({"moved_out_on": "2025-12-04"}, "step_is_recorded"),
    ):
        refused = worker.told("POST", path, {**slip, **wrong}, 422)
        assert [error["rule"] for error in refused["errors"]] == [rule], wrong
    worker.told("POST", path, {**slip, "moved_in_on": "2025-11-30", "ends_on": "2026-02-01"}, 201)
    assert (shown(worker)["moved_in_on"], shown(worker)["ends_on"]) == ("2025-11-30", "2026-02-01")
    assert tasks(support, "next_place")[-1] == ("task.set", "2026-01-02")


@pytest.mark.parametrize(
    ("ends_on", "look_from"),
    [
        (date(2026, 3, 1), date(2026, 1, 30)),
        (date(2026, 1, 3), date(2025, 12, 4)),
        (date(2025, 12, 1), date(2025, 12, 4)),
    ],
)
def test_the_next_place_is_looked_for_30_days_ahead(ends_on: date, look_from: date) -> None:
    assert rules.look_from(ends_on, date(2025, 12, 4)) == look_from


# --- practical help ---------------------------------------------------------------------------------------------------


def asked(worker: Client, **more: Any) -> str:
    return str(worker.told("POST", "practical-help", {"service_type": "documents", **more}, 201)["id"])


def test_what_is_needed_first_stands_first_then_what_has_waited_longest(support: Harness, worker: Client) -> None:
    new = asked(worker)
    old = asked(worker, asked_on="2025-12-01")
    soon = asked(worker, needed_by="2025-12-05")
    given = asked(worker)
    worker.told("POST", f"practical-help/{given}/progress", {"state": "given"}, 201)
    queue = worker.told("GET", "/v1/practical-help")["waiting"]
    assert [(row["id"], row["days"]) for row in queue] == [(soon, 0), (old, 3), (new, 0)]
    assert tasks(support, "practical_help")[-1] == ("task.done", None)


def test_nobody_sees_the_queue_of_cases_in_which_they_have_no_part(support: Harness, worker: Client) -> None:
    asked(worker)
    assert support.staff("support_worker").told("GET", "/v1/practical-help")["waiting"] == []
    support.exclude(worker)
    assert worker.told("GET", "/v1/practical-help")["waiting"] == []


def test_help_is_tried_and_where_it_is_not_given_it_is_said_why(worker: Client) -> None:
    path = f"practical-help/{asked(worker)}/progress"
    worker.told("POST", path, {"state": "tried"}, 201)
    worker.told("POST", path, {"state": "tried"}, 201)
    assert worker.ask("POST", path, {"state": "not_given"}).status_code == 422
    assert worker.ask("POST", path, {"state": "given", "not_given_because": "no_money"}).status_code == 422
    worker.told("POST", path, {"state": "not_given", "not_given_because": "not_entitled"}, 201)
    row = shown(worker, "practical_help")
    assert (row["tries"], row["not_given_because"], row["ended_on"]) == (2, "not_entitled", "2025-12-04")
    assert worker.ask("POST", path, {"state": "given"}).status_code == 409
