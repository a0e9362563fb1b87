"""Missing and found: a careful check first, at once if urgent, reports by two people, and a safety check at return."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.cli import servers
from services.support.risks.missing import rules
from shared.casework.refusals import StepForbidden
from shared.deadlines.timers import Timers
from tests.kit.client import Client
from tests.kit.harness import Harness, harness
from tests.kit.hearing import hear

pytestmark = pytest.mark.integration

NOW = datetime(2025, 12, 4, 11, tzinfo=UTC)
ADULT: dict[str, Any] = {"is_child": False, "high_risk": False}
FOUND = {"safe": "yes", "outcome": "returned"}


@pytest.fixture
def support(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("support", postgres) as service:
        service.move_clock(NOW)
        yield service


@pytest.fixture
def worker(support: Harness) -> Client:
    return support.member("support_worker", lead=True)


def noted(worker: Client, **more: Any) -> str:
    return str(worker.told("POST", "absences", {**ADULT, **more}, 201)["id"])


def told(support: Harness, *names: str) -> list[dict[str, Any]]:
    return [data for name, data in support.announced() if name in names]


def shown(worker: Client) -> dict[str, Any]:
    [row] = worker.told("GET", "")["absences"]
    return dict(row)


def test_a_missed_contact_is_a_concern_until_whoever_is_responsible_decides(support: Harness, worker: Client) -> None:
    absence = noted(worker)
    assert (shown(worker)["state"], told(support, "alert.raised", "absence.declared")) == ("concern", [])
    worker.told("POST", f"absences/{absence}/decision", {"decision": "missing"}, 201)
    [declared] = told(support, "absence.declared")
    said = {"absence": absence, "child": False, "urgency": "today", "about": "danger"}
    assert declared == {**said, "declared_at": declared["declared_at"]}
    [alert] = told(support, "alert.raised")
    assert (alert["urgency"], alert["by_assessment"]) == ("today", False)
    again = worker.ask("POST", f"absences/{absence}/decision", {"decision": "left_by_choice"})
    assert again.status_code == 409


def test_leaving_by_choice_is_not_missing_and_nobody_is_called(support: Harness, worker: Client) -> None:
    absence = noted(worker)
    worker.told("POST", f"absences/{absence}/decision", {"decision": "left_by_choice"}, 201)
    assert shown(worker)["state"] == "left_by_choice"
    assert told(support, "alert.raised", "absence.declared") == []
    assert told(support, "absence.ended") == [{"absence": absence}]
    noted(worker)


@pytest.mark.hazard("H-DANGER-12", control="undeclared-absence-stays-inside")
@pytest.mark.parametrize("is_declared", [True, False])
@pytest.mark.parametrize("step", ["finding", "correction"])
def test_how_an_absence_ended_is_published_only_if_the_person_was_declared_missing(
    support: Harness, worker: Client, step: str, *, is_declared: bool
) -> None:
    absence = noted(worker, high_risk=is_declared)
    body = FOUND if step == "finding" else {"reason": "recorded_twice"}
    worker.told("POST", f"absences/{absence}/{step}", body, 201)
    ending = {"ending": "found" if step == "finding" else "recorded_wrongly"} if is_declared else {}
    assert told(support, "absence.ended") == [{"absence": absence, **ending}]


@pytest.mark.parametrize("sign", [{"is_child": True}, {"high_risk": True}, {"danger_yesterday": True}])
def test_a_child_or_somebody_in_danger_is_missing_at_once(
    support: Harness, worker: Client, sign: dict[str, bool]
) -> None:
    noted(worker, **sign)
    assert shown(worker)["state"] == "missing"
    [declared] = told(support, "absence.declared")
    assert declared["urgency"] == ("today" if "danger_yesterday" in sign else "immediate")
    assert declared["child"] is ("is_child" in sign)


def test_where_nobody_decides_in_time_an_alert_is_raised(support: Harness, worker: Client) -> None:
    absence = noted(worker)
    timers = Timers(support.database, support.clock, support.parts.following.emits, support.parts.on_timer)
    support.move_clock(NOW + timedelta(hours=3, minutes=59))
    timers.fire_due()
    assert told(support, "alert.raised") == []
    support.move_clock(NOW + timedelta(hours=4))
    timers.fire_due()
    [alert] = told(support, "alert.raised")
    assert alert["urgency"] == "today"
    assert shown(worker)["id"] == absence


@pytest.mark.hazard("H-DANGER-12", control="unsafe-place-stays-inside")
def test_a_declared_absence_states_that_it_is_a_danger(support: Harness, worker: Client) -> None:
    noted(worker, is_child=True)
    [declared] = told(support, "absence.declared")
    assert declared["about"] == "danger"


@pytest.mark.hazard("H-DANGER-12", control="undeclared-absence-stays-inside")
def test_an_alert_about_an_undecided_absence_stays_inside_until_a_record_says_danger(
    support: Harness, worker: Client
) -> None:
    def overdue(hours: int) -> str:
        absence = noted(worker)
        support.move_clock(NOW + timedelta(hours=hours))
        Timers(support.database, support.clock, support.parts.following.emits, support.parts.on_timer).fire_due()
        return absence

    absence = overdue(4)
    [raised] = told(support, "alert.raised")
    worker.told("POST", f"absences/{absence}/decision", {"decision": "left_by_choice"}, 201)
    worker.told("POST", f"alerts/{raised['alert']}/correction", {"reason": "learnt_more", "urgency": "immediate"}, 201)
    worker.told("POST", f"alerts/{raised['alert']}/ending", {"reason": "no_danger_found"}, 201)
    assert {each["about"] for each in told(support, "alert.raised", "alert.ended")} == {"undecided_absence"}
    absence = overdue(8)
    worker.told("POST", f"absences/{absence}/decision", {"decision": "missing"}, 201)
    [earlier, raised] = told(support, "alert.raised")[-2:]
    assert (raised["alert"], raised["revision"], raised["about"]) == (earlier["alert"], 2, "danger")
    worker.told("POST", f"alerts/{raised['alert']}/ending", {"reason": "danger_over"}, 201)
    assert told(support, "alert.ended")[-1]["about"] == "danger"


def test_the_police_are_told_by_two_people_unless_it_was_agreed_or_is_a_child(support: Harness, worker: Client) -> None:
    absence = noted(worker, high_risk=True)
    path = f"absences/{absence}/police"
    worker.told("POST", path, None, 201)
    assert shown(worker)["police_told_at"] is None
    assert worker.ask("POST", path).status_code == 409
    support.member("counsellor").told("POST", path, None, 201)
    assert shown(worker)["police_told_at"] is not None


@pytest.mark.parametrize("sign", [{"age": "child"}, {"high_risk": True, "agreed_to_police": True}])
def test_for_a_child_or_as_was_agreed_one_person_is_enough(
    support: Harness, worker: Client, sign: dict[str, Any]
) -> None:
    if "age" in sign:
        hear(support, ("person.recorded", {"age": sign["age"]}))
    absence = noted(worker, **{name: value for name, value in sign.items() if name != "age"})
    worker.told("POST", f"absences/{absence}/police", None, 201)
    assert shown(worker)["police_told_by"] == str(worker.subject)


def test_it_is_looked_at_again_and_found_they_are_asked_first_whether_they_are_safe(
    support: Harness, worker: Client
) -> None:
    step = {"part": "in_danger", "text": "Fictitious.", "visible": "no", "escalates": "no", "who": "person"}
    worker.told("POST", "safety-plans", {"steps": [step]}, 201)
    absence = noted(worker, is_child=True)
    for _ in range(4):
        worker.told("POST", f"absences/{absence}/review", None, 201)
    due = [data["due_on"] for data in told(support, "task.set") if data["kind"] == "missing_review"]
    assert due == ["2025-12-05", "2025-12-07", "2025-12-11", "2026-01-10", "2026-02-09"]
    assert worker.ask("POST", f"absences/{absence}/finding", {"outcome": "returned"}).status_code == 422
    worker.told("POST", f"absences/{absence}/finding", FOUND, 201)
    row = shown(worker)
    assert (row["state"], row["safe"], row["outcome"]) == ("found", "yes", "returned")
    assert worker.told("GET", "")["safety_plans"][0]["reopened_on"] == "2025-12-04"
    [talk] = [data["due_on"] for data in told(support, "task.set") if data["kind"] == "found_talk"]
    assert talk == "2025-12-07"
    worker.told("POST", f"absences/{absence}/talk", None, 201)
    assert "found_talk" in {data["kind"] for data in told(support, "task.done")}
    said = str(told(support, "absence.declared", "absence.ended", "task.set", "task.done", "alert.raised"))
    assert not [word for word in ("returned", "safe:", "family", "contact_missed", "police") if word in said]


def test_the_day_after_is_that_of_where_the_person_is(support: Harness, worker: Client) -> None:
    # Half past midnight on the fifth in Amsterdam.
    support.move_clock(datetime(2025, 12, 4, 23, 30, tzinfo=UTC))
    absence = noted(worker, is_child=True)
    worker.told("POST", f"absences/{absence}/review", None, 201)
    due = [data["due_on"] for data in told(support, "task.set") if data["kind"] == "missing_review"]
    assert due == ["2025-12-06", "2025-12-08"]


def test_nothing_is_shared_while_somebody_looks_for_the_person(support: Harness, worker: Client) -> None:
    scores = {"type": "initial", "domains": {"accommodation": {"need": 1, "risk": 1}}}
    which = worker.told("POST", "assessments", scores, 201)["id"]
    absence = noted(worker)
    share = {"agency": str(uuid4()), "domains": ["accommodation"]}
    assert worker.ask("POST", f"assessments/{which}/shares", share).status_code == 409
    worker.told("POST", f"absences/{absence}/finding", FOUND, 201)
    assert worker.ask("POST", f"assessments/{which}/shares", share).status_code == 422, "without a consent"


def test_there_is_one_at_a_time_and_it_can_be_taken_back(support: Harness, worker: Client) -> None:
    absence = noted(worker, high_risk=True)
    assert worker.ask("POST", "absences", ADULT).status_code == 409
    worker.told("POST", f"absences/{absence}/correction", {"reason": "learnt_more", "absence_reason": "fear"}, 201)
    assert shown(worker)["reason"] == "fear"
    worker.told("POST", f"absences/{absence}/correction", {"reason": "wrong_person"}, 201)
    assert {data["kind"] for data in told(support, "task.done")} >= {"missing_review"}
    assert worker.ask("POST", f"absences/{absence}/finding", FOUND).status_code == 409
    noted(worker)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 40))
def test_each_review_is_later_than_the_one_before(day: date, reviews: int) -> None:
    assert day < rules.next_review(day, reviews) < rules.next_review(day, reviews + 1)


def test_one_person_never_stands_in_for_two() -> None:
    who = uuid4()
    assert rules.tells_police(is_child=False, agreed=False, proposed_by=None, by=who) is False
    assert rules.tells_police(is_child=False, agreed=False, proposed_by=uuid4(), by=who) is True
    with pytest.raises(StepForbidden):
        rules.tells_police(is_child=False, agreed=False, proposed_by=who, by=who)
