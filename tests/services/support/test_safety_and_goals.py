"""Safety plans and goals: the person's words are sealed, places have no address, and reviews are in the work list."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.cli import servers
from services.support.cases.safety import rules as safety
from services.support.help.plan import rules as goal
from shared.casework.refusals import FactRefused
from shared.reference import codes
from tests.kit.client import Client
from tests.kit.harness import Harness, harness

pytestmark = pytest.mark.integration

NOW = datetime(2025, 12, 4, 11, tzinfo=UTC)
MARKER = "Zebrafinch-7714, fictitious"
STEP: dict[str, Any] = {"part": "in_danger", "text": MARKER, "visible": "no", "escalates": "unknown", "who": "person"}
PLACE: dict[str, Any] = {
    "part": "safe_places", "place_kind": "hospital", "region": "NL-NH", "visible": "yes", "escalates": "no",
    "who": "person", "until": "2026-01-01",
}  # fmt: skip


@pytest.fixture
def support(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("support", postgres) as service:
        service.move_clock(NOW)
        yield service


@pytest.fixture
def worker(support: Harness) -> Client:
    return support.member("support_worker", lead=True)


def planned(worker: Client, **more: Any) -> str:
    return str(worker.told("POST", "safety-plans", {"steps": [STEP, PLACE], "code_word": "linnet", **more}, 201)["id"])


def tasks(support: Harness) -> list[tuple[str, str, str | None]]:
    return [(name, data["kind"], data.get("due_on")) for name, data in support.announced() if name.startswith("task.")]


def test_a_plan_is_sealed_and_its_review_is_on_the_list_within_30_days(support: Harness, worker: Client) -> None:
    planned(worker)
    [plan] = worker.told("GET", "")["safety_plans"]
    assert [step["text"] for step in plan["steps"]] == [MARKER, None]
    assert (plan["review_on"], plan["reopened_on"]) == ("2026-01-03", None)
    assert plan["steps"][1]["until"] == "2026-01-01"
    assert tasks(support) == [("task.set", "safety_plan_review", "2026-01-03")]
    everywhere = support.everything()
    assert MARKER not in everywhere
    assert "linnet" not in everywhere
    assert "linnet" not in str(worker.told("GET", ""))


def test_the_code_word_is_shown_where_it_is_needed_alone(support: Harness, worker: Client) -> None:
    planned(worker)
    assert worker.told("GET", "safety-plans/code-word")["code_word"] == "linnet"
    for role in ("supervisor", "legal_adviser"):
        assert support.member(role).ask("GET", "safety-plans/code-word").status_code == 403


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"steps": [{**PLACE, "text": "1 High Street"}]}, "places_without_an_address"),
        ({"steps": [{**PLACE, "place_kind": "hospital", "part": "in_danger"}]}, "step_says_something"),
        ({"review_on": "2026-01-04"}, "reviewed_within_30_days"),
        ({"review_on": "2025-12-03"}, "reviewed_after_it_was_agreed"),
    ],
)
def test_a_plan_that_could_harm_is_refused(worker: Client, change: dict[str, Any], rule: str) -> None:
    refused = worker.told("POST", "safety-plans", {"steps": [STEP], **change}, 422)
    assert [error["rule"] for error in refused["errors"]] == [rule]


@pytest.mark.parametrize("missing", ["visible", "escalates", "who", "part"])
def test_of_each_step_it_is_said_whether_it_is_seen_and_may_escalate(worker: Client, missing: str) -> None:
    step = {name: value for name, value in STEP.items() if name != missing}
    assert worker.ask("POST", "safety-plans", {"steps": [step]}).status_code == 422


def test_danger_reopens_the_plan_and_a_new_one_rests_again(support: Harness, worker: Client) -> None:
    planned(worker)
    worker.told("POST", "alerts", {"danger_type": "trafficker_contact", "urgency": "today"}, 201)
    [plan] = worker.told("GET", "")["safety_plans"]
    assert (plan["reopened_on"], plan["reopened_by"]) == ("2025-12-04", "danger")
    planned(worker)
    days = [due for _name, _kind, due in tasks(support)]
    assert days == ["2026-01-03", "2025-12-04", "2026-01-03"]
    worker.told("POST", "safety-plans/reopening", {"reason": "new_telephone"}, 201)
    assert [each["reopened_by"] for each in worker.told("GET", "")["safety_plans"]] == ["danger", "new_telephone"]


def test_who_is_at_high_risk_without_a_plan_is_asked_for_one(support: Harness, worker: Client) -> None:
    assert worker.ask("POST", "safety-plans/reopening", {"reason": "move"}).status_code == 409
    high = {"type": "initial", "domains": {"accommodation": {"need": 3, "risk": 3}}}
    worker.told("POST", "assessments", high, 201)
    assert tasks(support) == [("task.set", "safety_plan_wanted", "2025-12-04")]
    planned(worker)
    assert ("task.done", "safety_plan_wanted", None) in tasks(support)


def test_a_plan_is_put_right_and_taken_back(support: Harness, worker: Client) -> None:
    plan = planned(worker)
    right = {"reason": "learnt_more", "steps": [{**STEP, "text": "Fictitious, other"}]}
    worker.told("POST", f"safety-plans/{plan}/correction", right, 201)
    shown = worker.told("GET", "")
    assert [step["text"] for step in shown["safety_plans"][0]["steps"]] == ["Fictitious, other"]
    assert [correction["was"] for correction in shown["corrections"]] == [{}]
    worker.told("POST", f"safety-plans/{plan}/correction", {"reason": "wrong_person"}, 201)
    assert tasks(support)[-1] == ("task.done", "safety_plan_review", None)
    assert worker.told("GET", "safety-plans/code-word")["code_word"] is None


@given(st.dates(), st.none() | st.integers(-5, 60))
def test_a_plan_never_rests_longer_than_30_days(day: Any, after: int | None) -> None:
    if day.year > 9990:
        return
    wanted = None if after is None else day + timedelta(days=after)
    try:
        review = safety.review_day(day, wanted)
    except FactRefused:
        assert after is not None
        assert not 0 <= after <= 30
    else:
        assert day <= review <= day + timedelta(days=30)


# --- goals ------------------------------------------------------------------------------------------------------------

WANTED = {"goal_type": "find_home", "words": MARKER, "review_on": "2026-01-10"}


def test_a_goal_is_in_the_persons_words_and_rated_by_them(support: Harness, worker: Client) -> None:
    made = worker.told("POST", "goals", {**WANTED, "steps": [{"text": "ask", "who": "worker"}]}, 201)["id"]
    for rating, day in ((3, "2025-12-02"), (5, "2025-12-03"), (2, "2025-12-01")):
        worker.told("POST", f"goals/{made}/ratings", {"rating": rating, "rated_on": day}, 201)
    [shown] = worker.told("GET", "")["goals"]
    assert (shown["words"], shown["outcome"], shown["state"]) == (MARKER, "secure_suitable_housing", "wanted")
    assert ([each["rating"] for each in shown["ratings"]], shown["change"]) == ([2, 3, 5], "more_than_chance")
    assert [(step["text"], step["until"]) for step in shown["steps"]] == [("ask", None)]
    assert MARKER not in support.everything()
    assert worker.ask("POST", f"goals/{made}/ratings", {"rating": 11}).status_code == 422
    [by_others] = support.member("supervisor").told("GET", "")["goals"]
    assert "change" not in by_others
    assert "ratings" not in by_others


def test_a_goal_is_reviewed_and_refusing_one_ends_that_without_more(support: Harness, worker: Client) -> None:
    made = worker.told("POST", "goals", WANTED, 201)["id"]
    done = [{"text": "ask", "who": "worker", "done_on": "2025-12-03"}]
    worker.told("POST", f"goals/{made}/progress", {"steps": done, "review_on": "2026-02-01"}, 201)
    worker.told("POST", f"goals/{made}/progress", {"state": "refused_by_person"}, 201)
    assert tasks(support) == [
        ("task.set", "goal_review", "2026-01-10"),
        ("task.set", "goal_review", "2026-02-01"),
        ("task.done", "goal_review", None),
    ]
    [shown] = worker.told("GET", "")["goals"]
    assert (shown["state"], shown["steps"][0]["done_on"], shown["words"]) == ("refused_by_person", "2025-12-03", MARKER)
    assert worker.ask("POST", "goals", {**WANTED, "review_on": "2025-12-01"}).status_code == 422
    assert {name for name, _data in support.announced()} == {"task.set", "task.done"}


def test_a_goal_is_put_right(support: Harness, worker: Client) -> None:
    made = worker.told("POST", "goals", WANTED, 201)["id"]
    right = {"reason": "wrong_code", "goal_type": "dentist", "words": "Fictitious, other"}
    worker.told("POST", f"goals/{made}/correction", right, 201)
    shown = worker.told("GET", "")
    assert (shown["goals"][0]["words"], shown["goals"][0]["outcome"]) == (
        "Fictitious, other",
        "access_to_medical_treatment",
    )
    assert [correction["was"] for correction in shown["corrections"]] == [{"goal_type": "find_home"}]
    worker.told("POST", f"goals/{made}/correction", {"reason": "recorded_twice"}, 201)
    assert tasks(support)[-1] == ("task.done", "goal_review", None)


def test_every_goal_maps_to_one_of_the_seven_outcomes_for_survivors_or_to_none() -> None:
    assert goal.OUTCOMES.keys() == set(codes("goal_type"))
    assert {outcome for outcome in goal.OUTCOMES.values() if outcome} <= set(codes("mscos_outcome"))


@pytest.mark.parametrize(
    ("first", "last", "says"), [(2, 4, "may_be_chance"), (2, 5, "more_than_chance"), (9, 6, "more_than_chance")]
)
def test_a_rating_that_moved_by_three_is_more_than_chance(first: int, last: int, says: str) -> None:
    assert goal.change_of([{"rating": first}, {"rating": last}]) == says
    assert goal.change_of([{"rating": first}]) is None
