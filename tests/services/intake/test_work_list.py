"""The work list: the reader's cases, the most overdue first, then the urgent ones, with paging."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert

from services.intake.cases.due.models import HeardRisk
from services.intake.cases.due.schemas import DueItem
from services.intake.cases.work.rules import EASE, days_late, place, read_place
from services.intake.cases.work.schemas import Summary, WorkItem
from services.intake.service import PARTS
from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.deadlines.timers import Timers
from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.intake.cases import done, opened
from tests.kit.intake.merges import SUBMITTED
from tests.kit.intake.referrals import SOON, consented, drafted, take


def test_the_work_list_starts_with_urgent_then_unassessed_then_other_cases() -> None:
    this = str(UUID(int=1))
    assert sorted(EASE, key=lambda urgent: place(None, urgent, this)) == [True, None, False]


@given(st.none() | st.dates().map(str), st.sampled_from(list(EASE)), st.uuids().map(str))
def test_a_cursor_is_read_as_it_was_written(due_on: str | None, urgent: bool | None, case: str) -> None:
    assert read_place(place(due_on, urgent, case).written()) == place(due_on, urgent, case)


@given(st.dates(), st.dates())
def test_nothing_is_late_on_its_day(due_on: date, today: date) -> None:
    assert days_late(due_on, due_on) == days_late(None, today) == 0
    assert days_late(due_on, today) == max(0, (today - due_on).days)


def listed(client: Client, **query: str) -> dict[str, Any]:
    return told(client.ask("GET", "/v1/work-list", query=query))


def assessed(database: Database, case: str, *, urgent: bool) -> None:
    with database.transaction() as session:
        session.execute(insert(HeardRisk).values(case_id=UUID(case), urgent=urgent, position=1))


def referred(client: Client, reply_by: date) -> str:
    case = opened(client)
    consented(client, case)
    take(client, case, drafted(client, case, reply_by=reply_by.isoformat()), "send")
    return case


@pytest.mark.integration
def test_the_latest_comes_first_then_the_urgent_and_what_is_closed_not_at_all(
    worker: Client, database: Database
) -> None:
    calm, unknown, urgent = opened(worker), opened(worker), opened(worker)
    assessed(database, calm, urgent=False)
    assessed(database, urgent, urgent=True)
    later, sooner = referred(worker, SOON + timedelta(days=1)), referred(worker, SOON)
    closed = opened(worker)
    done(worker, closed, "closure", {"reason": "moved_on"})

    found = listed(worker)["cases"]
    assert [each["case"] for each in found] == [sooner, later, urgent, unknown, calm]
    assert [each["due_on"] for each in found][:3] == [
        SOON.isoformat(),
        (SOON + timedelta(days=1)).isoformat(),
        None,
    ]


@pytest.mark.integration
def test_page_by_page_each_case_comes_once(worker: Client, database: Database) -> None:
    made = [opened(worker) for _ in range(5)] + [referred(worker, SOON)]
    for case, urgent in zip(made, (False, True, True, False, True), strict=False):
        assessed(database, case, urgent=urgent)
    seen: list[str] = []
    query = {"limit": "2"}
    while True:
        page = listed(worker, **query)
        seen += [each["case"] for each in page["cases"]]
        if page["next"] is None:
            break
        query["after"] = page["next"]

    assert seen == [each["case"] for each in listed(worker)["cases"]]
    assert sorted(seen) == sorted(made)
    for wrong in ("x", "2026-01-01~1", "~~", f"2026-13-01~1~{uuid4()}"):
        assert worker.ask("GET", "/v1/work-list", query={"after": wrong}).status_code == 400


@pytest.mark.integration
def test_nobody_sees_work_of_others(worker: Client, door: RequestPipeline) -> None:
    case = opened(worker)
    colleague = Client(door, "counsellor")
    assert listed(colleague)["cases"] == []
    told(worker.ask("POST", f"/v1/cases/{case}/team", {"member": str(colleague.subject), "role": "counsellor"}), 201)
    assert [each["case"] for each in listed(colleague)["cases"]] == [case]
    body = {"kind": "worker", "member": str(colleague.subject)}
    told(worker.ask("POST", f"/v1/cases/{case}/exclusions", body), 201)
    assert listed(colleague)["cases"] == []
    assert Client(door, "operator").ask("GET", "/v1/work-list").status_code == 403


@pytest.mark.integration
def test_a_hidden_assessment_does_not_show_in_the_list_its_order_or_its_cursor(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    adviser = Client(door, "legal_adviser")
    made = [opened(worker) for _ in range(3)]
    for case, urgent in zip(made, (False, False, True), strict=True):
        assessed(database, case, urgent=urgent)
        body = {"member": str(adviser.subject), "role": "legal_adviser"}
        told(worker.ask("POST", f"/v1/cases/{case}/team", body), 201)
    page = listed(adviser, limit="1")
    rest = listed(adviser, after=page["next"])["cases"]

    assert [each["case"] for each in page["cases"] + rest] == sorted(made)
    assert not [each for each in page["cases"] + rest if "assessed_urgent" in each]
    assert page["next"] == place(None, None, min(made)).written()
    first = listed(worker)["cases"][0]
    assert (first["case"], first["assessed_urgent"]) == (made[-1], True)


@pytest.mark.integration
def test_a_referral_that_came_back_is_work_until_another_takes_its_place(worker: Client, database: Database) -> None:
    case = referred(worker, SOON)
    _fire(database, SOON + timedelta(days=3))

    [found] = listed(worker)["cases"]
    assert (found["came_back_on"], found["answer_due_on"], found["days_late"]) == (
        (SOON + timedelta(days=1)).isoformat(),
        None,
        2,
    )

    drafted(worker, case, reply_by=(SOON + timedelta(days=9)).isoformat())
    assert listed(worker)["cases"][0]["came_back_on"] is None


@pytest.mark.integration
def test_a_missed_clock_is_late_until_a_step_follows(worker: Client, database: Database) -> None:
    case, due_on = _missed(worker, database)

    assert listed(worker)["cases"][0]["days_late"] == 4
    decided = {"stage": "reasonable_grounds", "outcome": "negative", "authority": "GB.SCA"}
    told(worker.ask("POST", f"/v1/cases/{case}/identification", decided), 201)
    assert listed(worker)["cases"][0]["clock_due_on"] != due_on


@pytest.mark.integration
def test_a_step_of_a_strangers_case_hides_no_missed_clock(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    case, due_on = _missed(worker, database)
    stranger = Client(door, "caseworker")
    strangers = opened(stranger, jurisdiction="GB-EAW")
    told(stranger.ask("POST", f"/v1/cases/{strangers}/identification", SUBMITTED), 201)
    [shown] = listed(worker)["cases"]
    assert (shown["case"], shown["due_on"], shown["days_late"]) == (case, due_on, 4)


def _missed(worker: Client, database: Database) -> tuple[str, str]:
    """Open a case whose first clock was missed by four days; return both."""
    case = opened(worker, jurisdiction="GB-EAW")
    # Late in the evening, it is already tomorrow in Amsterdam, where this case is.
    today = datetime.now(ZoneInfo("Europe/London")).date()
    # One referral: if there are two, a decision must name the one that it decides.
    referred_today = {"stage": "referred", "occurred_on": today.isoformat(), "made_elsewhere": True}
    told(worker.ask("POST", f"/v1/cases/{case}/identification", referred_today), 201)
    [running] = listed(worker)["cases"]
    _fire(database, date.fromisoformat(running["clock_due_on"]) + timedelta(days=4))
    return case, str(running["clock_due_on"])


def _fire(database: Database, day: date) -> None:
    clock = database.provided(TIME_SOURCE)
    assert isinstance(clock, TimeSource)
    with database.transaction() as session:
        clock.move(session, datetime.combine(day, time(12), tzinfo=UTC))
    Timers(database, clock, PARTS.following.emits, PARTS.on_timer).fire_due()


@pytest.mark.integration
def test_a_line_has_what_its_schema_declares_and_nothing_else(worker: Client) -> None:
    referred(worker, SOON)
    [line] = listed(worker)["cases"]
    assert line.keys() == WorkItem().fields.keys() - Summary().fields.keys() - {"team"}
    [line] = listed(worker, **{"with": "names"})["cases"]
    assert line.keys() == WorkItem().fields.keys() - {"team"}
    [line] = listed(worker, **{"with": "names,team"})["cases"]
    assert line.keys() == WorkItem().fields.keys()
    assert line["items"][0].keys() == DueItem().fields.keys() - {"due_on_exact"}
