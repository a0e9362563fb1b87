"""The retention of a closed case: it is listed when its period has ended, and its age never causes a deletion."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from services.intake.access.erasure import rules
from services.intake.facts.case.models import Case
from shared.http import RequestPipeline
from shared.reference import JURISDICTIONS
from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.intake.cases import opened


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)), st.integers(0, rules.LONGEST_YEARS))
def test_a_case_is_due_on_the_anniversary_of_its_closure_and_not_before(today: date, years: int) -> None:
    last = rules.closed_before(today, years)
    assert last.year == today.year - years
    assert (last.month, last.day) in ((today.month, today.day), (2, 28))


def test_every_class_has_a_retention_period_that_is_unverified_until_it_is_set() -> None:
    figures = rules.schedule({("NL", rules.CASE): 3})
    assert set(figures) == {(each, kind) for each in JURISDICTIONS for kind in rules.CLASSES}
    own = figures.pop(("NL", rules.CASE))
    assert (own.years, own.verify) == (3, False)
    assert all(each.verify and each.source for each in figures.values())


@pytest.fixture
def officer(door: RequestPipeline) -> Client:
    return Client(door, "data_protection_officer")


@pytest.mark.promise("RIGHT-21")
@pytest.mark.integration
def test_a_closed_case_is_listed_when_its_time_has_come_until_somebody_keeps_it(
    worker: Client, officer: Client, database: Database
) -> None:
    case, today = opened(worker), datetime.now(UTC).date()
    other = opened(worker)
    closed = today.replace(year=today.year - 5, day=1)
    with database.transaction() as session:
        mine = update(Case).where(Case.id == case)
        session.execute(mine.values(status="closed", closed_on=closed, closure_reason="goals_met"))

    def due() -> list[tuple[str, str]]:
        shown = told(officer.ask("GET", "/v1/retention/due"))["due"]
        return [(each["case"], each["record_class"]) for each in shown]

    assert due() == []
    for kind in ("case_file", "support_file"):
        body = {"jurisdiction": "NL", "record_class": kind, "years": 4}
        assert officer.ask("PUT", "/v1/retention/schedule", body).status_code == 200
    assert due() == [(case, "case_file"), (case, "support_file")]
    assert other not in dict(due())
    until = (today + timedelta(days=100)).isoformat()
    decision = {"record_class": "case_file", "reason": "claim_still_possible", "keep_until": until}
    path = f"/v1/cases/{case}/retention-reviews"
    assert officer.ask("POST", path, {**decision, "keep_until": today.isoformat()}).status_code == 422
    assert officer.ask("POST", path, decision).status_code == 201
    assert due() == [(case, "support_file")]
    assert officer.ask("GET", f"/v1/cases/{case}/erasure-requests").status_code == 200, "nothing is deleted by its age"
    assert worker.ask("GET", "/v1/retention/due").status_code == 403


@pytest.mark.integration
def test_no_list_and_no_request_shows_the_case_to_an_excluded_officer(
    worker: Client, officer: Client, door: RequestPipeline, database: Database
) -> None:
    case = opened(worker)
    with database.transaction() as session:
        closed = {"status": "closed", "closed_on": date(2001, 1, 1), "closure_reason": "goals_met"}
        session.execute(update(Case).where(Case.id == case).values(**closed))
    request = told(worker.ask("POST", f"/v1/cases/{case}/erasure-requests", {}), 201)["id"]
    excluded = {"kind": "worker", "member": str(officer.subject)}
    told(worker.ask("POST", f"/v1/cases/{case}/exclusions", excluded), 201)
    assert told(officer.ask("GET", "/v1/retention/due"))["due"] == []
    gone, unknown = (officer.ask("GET", f"/v1/erasures/{each}") for each in (request, uuid4()))
    assert gone.status_code == unknown.status_code == 404
    other = Client(door, "data_protection_officer")
    assert {each["case"] for each in told(other.ask("GET", "/v1/retention/due"))["due"]} == {case}
    assert told(other.ask("GET", f"/v1/erasures/{request}"))["case"] == case
