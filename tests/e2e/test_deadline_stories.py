"""Six stories about deadlines, played with the test clock in running services."""

from collections.abc import Iterator
from typing import Any

import pytest

from deploy.cli.api import Targets
from deploy.cli.journey.desk import Desk
from tests.kit.passing_time import PassingTime
from tests.kit.team_case import SIGNS, TeamCase, confirm_age, team_of

pytestmark = [pytest.mark.e2e, pytest.mark.integration, pytest.mark.slow]

ADVISER = "legal_adviser"
REFERRED = {"stage": "referred", "authority": "GB.SCA", "made_elsewhere": True}
GROUNDS = {"stage": "reasonable_grounds", "authority": "GB.SCA", "made_elsewhere": True}


@pytest.fixture
def time(installation: Targets) -> Iterator[PassingTime]:
    passing = PassingTime(installation)
    yield passing
    passing.reset()


@pytest.fixture
def desk(installation: Targets) -> Desk:
    return team_of(installation)


def days_of(clock: Any) -> tuple[str, str | None, str | None]:
    return clock["state"], clock["due_on"], clock["other_due_on"]


def periods_listed(case: TeamCase, role: str, code: str) -> list[tuple[str, str | None]]:
    """Return the periods of a rule on a member's work list: the group and the due date."""
    items = [item for item in case.listed(role) if (item["what"], item["code"]) == ("period", code)]
    return [(item["group"], item["due_on"]) for item in items]


def whats_listed(case: TeamCase) -> set[str]:
    return {item["what"] for item in case.listed()}


def test_a_vague_date_is_two_dates_until_it_is_exact(time: PassingTime, desk: Desk) -> None:
    time.at("2026-02-02T10:00:00+00:00")
    case = TeamCase.opened(desk, "GB-EAW")
    vague = {"last_incident_on": "2024-03", "learnt": "2026-02-02"}
    detection = case.record("intake", "detections", {**SIGNS, **vague})
    time.settle()
    # Two years from 1 March or from 31 March.
    assert days_of(case.clock("GB.CICA")) == ("running", "2026-03-01", "2026-03-31")
    assert case.clock("GB.CICA")["certainty"] == "unclear"
    assert periods_listed(case, ADVISER, "GB.CICA") == [("due", "2026-03-01")]

    time.at("2026-03-02T18:00:00+00:00")
    assert days_of(case.clock("GB.CICA")) == ("doubtful", "2026-03-01", "2026-03-31")
    assert periods_listed(case, ADVISER, "GB.CICA") == [("unclear", "2026-03-01")]

    time.at("2026-03-20T10:00:00+00:00")
    exact = {"reason": "more_exact_date", "last_incident_on": "2024-03-26"}
    case.record("intake", f"detections/{detection}/correction", exact)
    time.settle()
    assert days_of(case.clock("GB.CICA")) == ("running", "2026-03-26", None)
    assert periods_listed(case, ADVISER, "GB.CICA") == [("due", "2026-03-26")]

    time.at("2026-03-24T10:00:00+00:00")
    case.claim("GB.CICA", "2026-03-24")
    time.settle()
    clock = case.clock("GB.CICA")
    assert (clock["state"], clock["in_time"]) == ("met", "yes")
    assert periods_listed(case, ADVISER, "GB.CICA") == []


def test_a_late_referral_starts_nothing_that_its_decision_has_met(time: PassingTime, desk: Desk) -> None:
    time.at("2026-03-06T15:00:00+00:00")
    case = TeamCase.opened(desk, "GB-EAW")
    decided = {"outcome": "positive", "happened": "2026-03-06", "learnt": "2026-03-06"}
    case.record("intake", "identification", {**GROUNDS, **decided})
    time.settle()
    # 30 days from 6 March. The Act may include that day.
    assert days_of(case.clock("GB.RECOVERY_MIN")) == ("running", "2026-04-05", "2026-04-04")
    assert [clock["code"] for clock in case.clocks() if clock["code"] == "GB.RG"] == []
    assert "referral_missing" in whats_listed(case)

    time.at("2026-03-30T15:00:00+00:00")
    case.record("intake", "identification", {**REFERRED, "happened": "2026-03-03", "learnt": "2026-03-30"})
    time.settle()
    # Five working days from Tuesday 3 March end on Tuesday 10 March.
    assert days_of(case.clock("GB.RG")) == ("met", "2026-03-10", None)
    assert case.clock("GB.RG")["in_time"] == "yes"
    assert [verb for verb, _, _ in case.told("intake", "GB.RG")] == ["started", "stopped"]
    assert "referral_missing" not in whats_listed(case)
    assert periods_listed(case, "caseworker", "GB.RG") == []


def test_an_early_decision_ends_no_help_and_is_no_news_for_what_went_before(time: PassingTime, desk: Desk) -> None:
    time.at("2026-03-12T15:00:00+00:00")
    case = TeamCase.opened(desk, "GB-EAW")
    conclusive = {"stage": "conclusive_grounds", "outcome": "positive", "authority": "GB.SCA", "made_elsewhere": True}
    # This decision is recorded before the earlier steps.
    case.record("intake", "identification", {**conclusive, "happened": "2026-03-11", "learnt": "2026-03-12"})
    time.settle()
    assert case.read()["identification_status"] == "cg_positive"
    assert days_of(case.clock("GB.MOVEON_MIN")) == ("running", "2026-04-25", None)

    grounds = {"outcome": "positive", "happened": "2026-03-04", "learnt": "2026-03-13"}
    time.at("2026-03-13T15:00:00+00:00")
    case.record("intake", "identification", {**GROUNDS, **grounds})
    case.record("intake", "identification", {**REFERRED, "happened": "2026-03-02", "learnt": "2026-03-13"})
    time.settle()
    assert case.read()["identification_status"] == "cg_positive"
    assert (case.clock("GB.RG")["state"], case.clock("GB.RG")["in_time"]) == ("met", "yes")
    # The decision came on day 7 of at least 30, and none of them is lost.
    assert days_of(case.clock("GB.RECOVERY_MIN")) == ("running", "2026-04-03", "2026-04-02")

    time.at("2026-04-04T09:00:00+00:00")
    assert case.clock("GB.RECOVERY_MIN")["state"] == "reached"
    assert periods_listed(case, "caseworker", "GB.RECOVERY_MIN") == []
    assert periods_listed(case, "caseworker", "GB.MOVEON_MIN") == [("due", "2026-04-25")]


def test_a_request_in_time_stops_the_window_although_it_is_heard_of_late(time: PassingTime, desk: Desk) -> None:
    time.at("2026-03-10T10:00:00+00:00")
    case = TeamCase.opened(desk, "GB-EAW")
    refused = {"outcome": "negative", "happened": "2026-03-02", "learnt": "2026-03-10"}
    decision = case.record("intake", "identification", {**GROUNDS, **refused})
    time.settle()
    # 30 days from the decision end on 1 April; from its receipt, on 9 April.
    assert days_of(case.clock("GB.RECONSIDER")) == ("running", "2026-04-01", "2026-04-09")

    time.at("2026-04-02T10:00:00+00:00")
    assert case.clock("GB.RECONSIDER")["state"] == "doubtful"
    time.at("2026-04-10T10:00:00+00:00")
    assert case.clock("GB.RECONSIDER")["state"] == "passed"
    assert periods_listed(case, ADVISER, "GB.RECONSIDER") == [("overdue", "2026-04-01")]

    time.at("2026-04-14T10:00:00+00:00")
    asked = {"stage": "reasonable_grounds", "ground": "new_evidence", "requested_on": "2026-03-31"}
    case.record("legal", "reconsiderations", {**asked, "about": decision})
    time.settle()
    clock = case.clock("GB.RECONSIDER")
    assert (clock["state"], clock["in_time"]) == ("met", "yes")
    assert case.told("legal", "GB.RECONSIDER")[-2:] == [
        ("missed", "2026-04-01", None),
        ("stopped", "2026-04-01", "passed"),
    ]
    assert periods_listed(case, ADVISER, "GB.RECONSIDER") == []
    assert "reconsideration_pending" in whats_listed(case)
    assert case.read()["identification_status"] == "reconsideration_pending"


def test_a_childs_limit_waits_for_the_birth_and_ends_with_the_month_of_a_birthday(
    time: PassingTime, desk: Desk
) -> None:
    time.at("2026-08-24T15:00:00+00:00")
    case = TeamCase.opened(desk, "GB-EAW", age="child")
    case.record("intake", "detections", {**SIGNS, "last_incident_on": "unknown", "learnt": "2026-08-24"})
    time.settle()
    assert days_of(case.clock("GB.CICA")) == ("undated", None, None)
    assert "birth_unknown" in case.clock("GB.CICA")["doubts"]
    assert periods_listed(case, ADVISER, "GB.CICA") == [("undated", None)]

    time.at("2026-10-22T15:00:00+00:00")
    case.record("intake", "facts", {"kind": "crime_reported", "happened": "2026-10-05", "learnt": "2026-10-22"})
    case.change("intake", "person", {"birth": {"date": "2008-12-14"}}, how="PUT")
    time.settle_until(lambda: case.clock("GB.CICA")["birthday"] == 20, "legal counts by the birth")
    # Reported at 17, so the limit is the 20th birthday. Only its month is published.
    assert days_of(case.clock("GB.CICA")) == ("running", "2028-12-01", "2028-12-31")
    [item] = [item for item in case.read()["due"] if item["code"] == "GB.CICA"]
    assert (item["due_on"], item["due_on_exact"], item["birthday"]) == ("2028-12-01", "2028-12-14", 20)

    case.change("intake", "person", {"birth": {"date": "2008-09-14"}}, how="PUT")
    # One user cannot change a child to an adult: both readings apply until a supervisor confirms.
    time.settle_until(lambda: "birth_unknown" in case.clock("GB.CICA")["doubts"], "legal counts by no birth")
    assert case.read()["age"] == "disputed"
    confirm_age(desk, case.id)
    time.settle_until(lambda: case.clock("GB.CICA")["state"] == "running", "legal counts by the other birth")
    # 18 in September, reported in October: 2 years from the report.
    assert days_of(case.clock("GB.CICA")) == ("running", "2028-10-05", None)
    assert case.clock("GB.CIVIL_PI")["birthday"] == 21
    assert [day for _, day in periods_listed(case, ADVISER, "GB.CICA")] == ["2028-10-05"]


def test_a_voucher_is_due_by_the_hour_through_the_end_of_summer_time(time: PassingTime, desk: Desk) -> None:
    time.at("2025-10-24T14:31:00+00:00")
    case = TeamCase.opened(desk, "RO")
    referred = {"stage": "referred_to_voucher", "authority": "RO.ANITP", "made_elsewhere": True}
    times = {"happened": "2025-10-24T17:30:00+03:00", "learnt": "2025-10-24T17:31:00+03:00"}
    case.record("intake", "identification", {**referred, **times})
    time.settle()
    assert days_of(case.clock("RO.VOUCHER")) == ("running", "2025-10-27", None)

    # 72 hours: 14:30 UTC to 14:30 UTC. Local time is then 16:30, not 17:30.
    time.at("2025-10-27T14:29:00+00:00")
    assert case.clock("RO.VOUCHER")["state"] == "running"
    assert periods_listed(case, "support_worker", "RO.VOUCHER") == [("due", "2025-10-27")]
    time.at("2025-10-27T14:31:00+00:00")
    assert case.clock("RO.VOUCHER")["state"] == "missed"
    assert len(periods_listed(case, "support_worker", "RO.VOUCHER")) == 1

    time.at("2025-10-27T15:00:00+00:00")
    given = {"kind": "voucher_given", "happened": "2025-10-27T16:55:00+02:00", "learnt": "2025-10-27"}
    case.record("intake", "facts", given)
    time.settle()
    clock = case.clock("RO.VOUCHER")
    assert (clock["state"], clock["in_time"]) == ("met", "no")
    assert periods_listed(case, "support_worker", "RO.VOUCHER") == []
    assert [verb for verb, _, _ in case.told("intake", "RO.VOUCHER")][-2:] == ["missed", "stopped"]
