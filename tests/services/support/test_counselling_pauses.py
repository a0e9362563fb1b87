"""A pause of counselling keeps the place, an absence never ends counselling, and the person sets its aims."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.cli import servers
from services.support.counselling.aim import rules as aim
from services.support.counselling.counselling import rules
from services.support.counselling.counselling.rules import Span
from shared.casework.refusals import FactRefused, StepForbidden
from shared.reference import codes
from tests.kit.client import Client
from tests.kit.harness import Harness, harness

NOW = datetime(2025, 12, 4, 11, tzinfo=UTC)
DAY = date(2025, 12, 4)
WANTED: dict[str, Any] = {"modalities": ["one_to_one"], "waits_because": "no_place", "asked_on": "2025-11-04"}


@pytest.fixture
def support(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("support", postgres) as service:
        service.move_clock(NOW)
        yield service


@pytest.fixture
def counsellor(support: Harness) -> Client:
    return support.member("counsellor", lead=True)


def course(counsellor: Client) -> str:
    body = {"modality": "one_to_one", "started_on": "2025-11-01"}
    return str(counsellor.told("POST", "counselling", body, 201)["id"])


def open_tasks(counsellor: Client) -> dict[str, str]:
    tasks = counsellor.told("GET", "")["tasks"]
    return {task["kind"]: task["due_on"] for task in tasks if task["done_on"] is None}


def paused(counsellor: Client, of: str, **said: Any) -> str:
    return str(counsellor.told("POST", f"counselling/{of}/pauses", said, 201)["id"])


def stayed_away(counsellor: Client, of: str, *days: str) -> None:
    for day in days:
        body = {"course": of, "attendance": "did_not_come", "held_on": day}
        counsellor.told("POST", "counselling-sessions", body, 201)


# --- the rules --------------------------------------------------------------------------------------------------------

DAYS = st.dates(date(2025, 1, 1), date(2025, 3, 1))


@given(st.lists(st.tuples(DAYS, st.none() | DAYS), max_size=5))
def test_no_two_pauses_of_a_course_share_a_day(tried: list[tuple[date, date | None]]) -> None:
    kept: list[Span] = []
    for paused_on, returned_on in tried:
        span = Span(paused_on, None if returned_on is None else max(paused_on, returned_on))
        try:
            rules.check_pause(date(2025, 1, 1), span, kept)
        except StepForbidden:
            continue
        kept.append(span)
    days = [date(2025, 1, 1) + timedelta(days=number) for number in range(90)]
    assert all(sum(span.covers(day) for span in kept) <= 1 for day in days)


@pytest.mark.parametrize(
    ("agreed", "due"),
    [(None, DAY + timedelta(days=28)), (DAY, DAY), (DAY + timedelta(days=182), DAY + timedelta(days=182))],
)
def test_somebody_asks_again_on_the_agreed_day(agreed: date | None, due: date) -> None:
    assert rules.ask_again(DAY, agreed) == due


@pytest.mark.parametrize("agreed", [DAY - timedelta(days=1), DAY + timedelta(days=183)])
def test_nobody_is_left_unasked_for_half_a_year(agreed: date) -> None:
    with pytest.raises(FactRefused):
        rules.ask_again(DAY, agreed)


@pytest.mark.parametrize("asks_if_safe", [True, False])
@pytest.mark.parametrize("reason", sorted(codes("counselling_end_reason")))
def test_absence_ends_no_course(reason: str, asks_if_safe: bool) -> None:
    refused = reason == "lost_contact" or (asks_if_safe and reason in {"goals_met", "other"})
    if not refused:
        rules.check_not_by_absence(reason, asks_if_safe=asks_if_safe)
        return
    with pytest.raises(StepForbidden) as forbidden:
        rules.check_not_by_absence(reason, asks_if_safe=asks_if_safe)
    assert forbidden.value.rule == "counselling.no_ending_by_absence"


def test_what_is_said_of_an_aim_stands_by_its_days_in_whatever_order_it_was_recorded() -> None:
    said = [("further", DAY), ("same", DAY + timedelta(days=7)), ("closer", DAY + timedelta(days=14))]
    for order in permutations(said):
        content = aim.stated("sleep_better", None)
        for code, day in order:
            content = aim.with_progress(content, code, None, day)
        assert [entry["how_it_goes"] for entry in content["progress"]] == ["further", "same", "closer"]


# --- pauses -----------------------------------------------------------------------------------------------------------


@pytest.mark.integration
def test_who_pauses_keeps_the_place_and_goes_on_without_a_new_wait(support: Harness, counsellor: Client) -> None:
    which = course(counsellor)
    pause = paused(counsellor, which, because="too_much_now", ask_again_on="2025-12-20")
    assert open_tasks(counsellor) == {"counselling_pause_ask": "2025-12-20"}
    assert counsellor.ask("POST", f"counselling/{which}/pauses", {}).status_code == 409
    counsellor.told("POST", f"counselling-pauses/{pause}/asking", {"way_back": "person_comes"}, 201)
    assert open_tasks(counsellor) == {"counselling_pause_ask": "2026-01-01"}
    support.move_clock(datetime(2026, 6, 1, 11, tzinfo=UTC))
    counsellor.told("POST", f"counselling-pauses/{pause}/return", {}, 201)
    shown = counsellor.told("GET", "")
    [standing], [rest] = shown["counselling"], shown["counselling_pauses"]
    assert (standing["id"], standing["started_on"], standing["ended_on"]) == (which, "2025-11-01", None)
    assert (rest["way_back"], rest["returned_on"]) == ("person_comes", "2026-06-01")
    assert (shown["counselling_requests"], open_tasks(counsellor)) == ([], {})
    assert counsellor.told("GET", "/v1/counselling-requests")["waiting"] == []
    stayed_away(counsellor, which, "2026-06-01")
    assert counsellor.ask("POST", f"counselling-pauses/{pause}/return", {}).status_code == 409
    told = {name for name, _data in support.announced()}
    assert told <= {"counselling.started", "task.set", "task.done"}
    assert "too_much_now" not in str(support.announced())


@pytest.mark.integration
def test_who_waits_and_rests_meanwhile_has_waited_since_they_asked(counsellor: Client) -> None:
    which = counsellor.told("POST", "counselling-requests", WANTED, 201)["id"]
    path = f"counselling-requests/{which}/answer"
    for reason in ("person_not_ready", "no_place"):
        counsellor.told("POST", path, {"waits_because": reason}, 201)
    [waits] = counsellor.told("GET", "/v1/counselling-requests")["waiting"]
    assert (waits["asked_on"], waits["days"]) == ("2025-11-04", 30)


@pytest.mark.integration
def test_sessions_that_fell_into_a_pause_ask_nothing(counsellor: Client) -> None:
    which = course(counsellor)
    pause = paused(counsellor, which, paused_on="2025-11-20")
    stayed_away(counsellor, which, "2025-11-24", "2025-12-01")
    assert "ask_if_safe" not in open_tasks(counsellor)
    counsellor.told("POST", f"counselling-pauses/{pause}/return", {"returned_on": "2025-12-01"}, 201)
    stayed_away(counsellor, which, "2025-12-03")
    assert "ask_if_safe" in open_tasks(counsellor)


@pytest.mark.integration
def test_a_course_ends_by_the_persons_word_and_not_by_their_absence(support: Harness, counsellor: Client) -> None:
    which = course(counsellor)
    paused(counsellor, which, paused_on="2025-12-04")
    stayed_away(counsellor, which, "2025-11-25", "2025-12-02")
    ending = f"counselling/{which}/ending"
    version = counsellor.ask("GET", "").headers["ETag"]
    for reason in ("lost_contact", "goals_met", "other"):
        refused = counsellor.ask("POST", ending, {"reason": reason}, If_Match=version)
        assert (refused.status_code, "counselling.no_ending_by_absence" in refused.get_data(as_text=True)) == (
            409,
            True,
        )
    assert counsellor.ask("POST", ending, {"reason": "person_ended"}, If_Match=version).status_code == 200
    assert "counselling_pause_ask" not in open_tasks(counsellor)
    wrong = {"reason": "wrong_code", "end_reason": "lost_contact"}
    assert counsellor.ask("POST", f"counselling/{which}/correction", wrong).status_code == 409
    assert counsellor.ask("POST", f"counselling/{which}/pauses", {}).status_code == 409
    course(counsellor)
    assert counsellor.told("GET", "/v1/counselling-requests")["waiting"] == []


@pytest.mark.integration
def test_a_pause_is_put_right(support: Harness, counsellor: Client) -> None:
    which = course(counsellor)
    pause = paused(counsellor, which)
    path = f"counselling-pauses/{pause}/correction"
    counsellor.told("POST", path, {"reason": "wrong_date", "returned_on": "2025-12-04"}, 422)
    counsellor.told("POST", path, {"reason": "wrong_date", "paused_on": "2025-10-31"}, 422)
    right = {"reason": "wrong_date", "paused_on": "2025-12-01", "ask_again_on": "2025-12-10"}
    counsellor.told("POST", path, right, 201)
    assert open_tasks(counsellor) == {"counselling_pause_ask": "2025-12-10"}
    counsellor.told("POST", path, {"reason": "not_so"}, 201)
    assert open_tasks(counsellor) == {}
    assert support.member("support_worker").ask("POST", f"counselling/{which}/pauses", {}).status_code == 403


# --- aims -------------------------------------------------------------------------------------------------------------


@pytest.mark.integration
def test_an_aim_is_the_persons_and_stays_sealed(support: Harness, counsellor: Client) -> None:
    body = {"aim": "sleep_better", "words": "Fictitious: a whole night."}
    which = counsellor.told("POST", "counselling-aims", {**body, "course": course(counsellor)}, 201)["id"]
    progress = f"counselling-aims/{which}/progress"
    counsellor.told("POST", progress, {"how_it_goes": "closer", "words": "Fictitious: four hours."}, 201)
    counsellor.told("POST", progress, {"how_it_goes": "would_rather_not_say", "said_on": "2025-12-01"}, 201)
    right = {"reason": "wrong_code", "aim": "feel_safe"}
    counsellor.told("POST", f"counselling-aims/{which}/correction", right, 201)
    [shown] = counsellor.told("GET", "")["counselling_aims"]
    assert (shown["aim"], shown["words"]) == ("feel_safe", body["words"])
    assert [(each["how_it_goes"], each["said_on"]) for each in shown["progress"]] == [
        ("would_rather_not_say", "2025-12-01"),
        ("closer", "2025-12-04"),
    ]
    for reader in (support.member("caseworker"), support.supervisor_of(counsellor)):
        [seen] = reader.told("GET", "")["counselling_aims"]
        assert {"aim", "words"}.isdisjoint(seen)
        assert "Fictitious" not in str(seen)
        assert "sleep_better" not in str(reader.told("GET", ""))
    kept = support.everything()
    assert all(word not in kept for word in ("Fictitious: ", "sleep_better", "feel_safe", "would_rather_not_say"))
    assert {name for name, _data in support.announced()} <= {"counselling.started", "record.corrected"}
    assert open_tasks(counsellor) == {}


@pytest.mark.integration
def test_an_aim_is_of_a_course_of_this_case_or_of_none(support: Harness, counsellor: Client) -> None:
    assert counsellor.ask("POST", "counselling-aims", {"aim": "grieve", "course": str(uuid4())}).status_code == 404
    assert support.member("support_worker").ask("POST", "counselling-aims", {"aim": "grieve"}).status_code == 403
    assert counsellor.ask("POST", "counselling-aims", {"aim": "grieve", "score": 4}).status_code == 422
    which = counsellor.told("POST", "counselling-aims", {"aim": "not_known_yet"}, 201)["id"]
    counsellor.told("POST", f"counselling-aims/{which}/correction", {"reason": "not_so"}, 201)
    assert counsellor.ask("POST", f"counselling-aims/{which}/progress", {"how_it_goes": "there"}).status_code == 409
