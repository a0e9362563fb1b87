"""A person's entitlements, their last days, and the next step: an expiry creates a task, and ends nothing."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.cli import servers
from services.support.help.entitlement import rules
from services.support.help.entitlement.rules import Standing, ask_by, last_day, tasks_due
from shared.casework.refusals import FactRefused
from shared.reference import JURISDICTIONS, profile
from tests.kit.client import Client
from tests.kit.harness import Harness, harness

NOW = datetime(2025, 12, 4, 11, tzinfo=UTC)
DAY = date(2025, 12, 4)
EVERY = [(law, leaf) for law in JURISDICTIONS for leaf in profile(law).entitlements.values() if leaf.warn_days]


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


def standing(code: str, **more: date | None) -> Standing:
    days: dict[str, Any] = {"started_on": DAY, "ends_on": None, "asked_on": None, "ended_on": None, **more}
    return Standing(code, **days)


@pytest.mark.parametrize("law", JURISDICTIONS)
def test_each_jurisdiction_says_what_a_person_may_have(law: str) -> None:
    assert profile(law).entitlements


@pytest.mark.parametrize(
    ("law", "code", "ends_on", "ask", "look"),
    [
        ("GB-EAW", "GB.MOVE_ON_SUPPORT", "2026-01-18", "2025-12-14", "2025-12-19"),
        ("GB-SCT", "GB.SCT_SUPPORT", "2026-03-04", "2026-02-02", "2026-02-02"),
        ("GB-NIR", "GB.NIR_FURTHER_SUPPORT", "2026-12-04", "2026-10-05", "2026-10-05"),
        ("NL", "NL.REFLECTION_SHELTER", "2026-03-04", None, "2026-02-02"),
        ("RO", "RO.SHELTER", "2026-03-04", "2026-02-02", "2026-02-02"),
        ("GB-EAW", "GB.EXIT_SUPPORT", None, "2025-12-04", None),
    ],
)
def test_the_days_of_an_entitlement_follow_from_its_first(
    law: str, code: str, ends_on: str | None, ask: str | None, look: str | None
) -> None:
    leaf = profile(law).entitlements[code]
    ends = last_day(leaf, DAY, None)
    work = tasks_due(leaf, standing(code, ends_on=ends), [])
    assert [day and day.isoformat() for day in (ends, ask_by(leaf, DAY, ends), work[rules.NEXT])] == [
        ends_on,
        ask,
        look,
    ]


@given(which=st.sampled_from(EVERY), days=st.integers(0, 400))
def test_nobody_looks_once_what_may_follow_has_begun_or_it_has_ended(which: Any, days: int) -> None:
    law, leaf = which
    ends_on = DAY + timedelta(days=days)
    assert last_day(leaf, DAY, ends_on) == (ends_on.replace(day=1) if leaf.ends_with == "adulthood" else ends_on)
    runs = standing(leaf.code, ends_on=ends_on)
    assert tasks_due(leaf, runs, [])[rules.NEXT] is not None
    assert tasks_due(leaf, runs._replace(ended_on=DAY), []) == {rules.NEXT: None, rules.ASK: None}
    for following in leaf.then:
        assert following in profile(law).entitlements
        assert tasks_due(leaf, runs, [standing(following)])[rules.NEXT] is None
        assert tasks_due(leaf, runs, [standing(following, ended_on=DAY)])[rules.NEXT] is not None


@pytest.mark.parametrize(
    ("was", "stated", "ends_on"),
    [
        (DAY + timedelta(days=45), None, DAY + timedelta(days=43)),
        (date(2026, 5, 1), None, date(2026, 5, 1)),
        (DAY + timedelta(days=45), date(2026, 6, 1), date(2026, 6, 1)),
    ],
)
def test_a_last_day_that_followed_from_the_first_moves_with_it(was: date, stated: date | None, ends_on: date) -> None:
    leaf = profile("GB-EAW").entitlements["GB.MOVE_ON_SUPPORT"]
    before = standing(leaf.code, ends_on=was)
    assert rules.corrected_last_day(leaf, before, DAY - timedelta(days=2), stated) == ends_on


@given(st.integers(0, 27))
def test_of_a_last_day_that_is_a_birthday_the_month_alone_is_kept(days: int) -> None:
    leaf = profile("NL").entitlements["NL.CHILD_RECEPTION"]
    birthday = date(2029, 9, 1) + timedelta(days=days)
    assert last_day(leaf, DAY, birthday) == date(2029, 9, 1)
    put_right = rules.corrected_last_day(leaf, standing(leaf.code), DAY, birthday)
    assert put_right == date(2029, 9, 1)


def test_what_another_law_knows_and_a_last_day_before_the_first_are_refused() -> None:
    with pytest.raises(FactRefused):
        rules.of_profile(profile("NL"), "GB.MOVE_ON_SUPPORT")
    with pytest.raises(FactRefused):
        last_day(profile("NL").entitlements["NL.REFLECTION_SHELTER"], DAY, DAY - timedelta(days=1))


@pytest.mark.integration
def test_what_runs_out_asks_for_what_comes_next_and_ends_nothing(support: Harness, worker: Client) -> None:
    shelter = worker.told("POST", "entitlements", {"entitlement": "NL.REFLECTION_SHELTER"}, 201)["id"]
    assert open_tasks(worker) == {"entitlement_runs_out": "2026-02-02"}
    [shown] = worker.ask("GET", "").get_json()["entitlements"]
    assert (shown["of_profile"], shown["ends_on"], shown["then"]) == (
        "NL.REFLECTION_SHELTER", "2026-03-04", ["NL.MUNICIPAL_SHELTER"],
    )  # fmt: skip
    support.move_clock(NOW + timedelta(days=120))
    assert worker.ask("GET", "").get_json()["entitlements"][0]["ended_on"] is None
    worker.told("POST", f"entitlements/{shelter}/prolonging", {"ends_on": "2026-06-01"}, 201)
    assert open_tasks(worker) == {"entitlement_runs_out": "2026-05-02"}
    following = worker.told("POST", "entitlements", {"entitlement": "NL.MUNICIPAL_SHELTER"}, 201)["id"]
    assert open_tasks(worker) == {}
    worker.told("POST", f"entitlements/{following}/correction", {"reason": "not_so"}, 201)
    assert open_tasks(worker) == {"entitlement_runs_out": "2026-05-02"}
    worker.told("POST", f"entitlements/{shelter}/ending", {}, 201)
    assert open_tasks(worker) == {}
    worker.told("POST", f"entitlements/{shelter}/asking", {}, 409)
    reception = worker.told("POST", "entitlements", {"entitlement": "NL.CHILD_RECEPTION"}, 201)["id"]
    worker.told("POST", f"entitlements/{reception}/prolonging", {"ends_on": "2029-09-17"}, 201)
    stored = support.everything()
    assert [repr(date(2029, 9, day)) in stored for day in (1, 17)] == [True, False]
    worker.told("POST", "entitlements", {"entitlement": "GB.MOVE_ON_SUPPORT"}, 422)
