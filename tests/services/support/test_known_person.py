"""Staff do not enter details again that intake publishes. A typed value lifts no protection and gives no power."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import permutations
from typing import Any
from uuid import uuid4

import pytest

from deploy.cli import servers
from services.support.cases.case import rules
from services.support.cases.case.actions import known
from services.support.cases.case.rules import Known
from tests.kit.client import Client
from tests.kit.harness import Harness, harness
from tests.kit.hearing import Told, hear

pytestmark = pytest.mark.integration

NOW = datetime(2026, 3, 2, 11, tzinfo=UTC)
OPENING = {
    "jurisdiction": "NL",
    "source": "self",
    "channel": "phone",
    "language": "bg",
    "anonymous": False,
    "opened_on": "2026-03-02",
}
STEP = {
    "jurisdiction": "NL",
    "authority": None,
    "occurred_on": "2026-03",
    "received_on": "2026-03-02",
    "made_elsewhere": False,
    "reconsidered": None,
}


@pytest.fixture
def support(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("support", postgres) as service:
        service.move_clock(NOW)
        yield service


@pytest.fixture
def worker(support: Harness) -> Client:
    return support.member("support_worker", lead=True)


def recorded(age: str, *served_as: str) -> Told:
    return "person.recorded", {"age": age, "served_as": list(served_as)}


def unconfirmed(age: str, before: str) -> Told:
    return "person.recorded", {"age": age, "served_as": [], "confirmed_age": before}


def decided(stage: str, outcome: str, step: str) -> Told:
    return "identification.decided", {**STEP, "step": step, "stage": stage, "outcome": outcome}


def of(support: Harness) -> Known:
    with support.database.transaction() as session:
        return known(session, support.case)


def absent(who: Client, **said: Any) -> dict[str, Any]:
    who.told("POST", "absences", said, 201)
    return shown(who)


def shown(who: Client) -> dict[str, Any]:
    [absence] = who.told("GET", "")["absences"]
    return dict(absence)


def police(who: Client, status: int = 201) -> None:
    who.told("POST", f"absences/{shown(who)['id']}/police", None, status)


def urgencies(who: Client) -> list[str]:
    return [each["urgency"] for each in who.told("GET", "")["alerts"]]


# --- known details --------------------------------------------------------------------------------------------------


def test_nothing_is_known_until_intake_says_it_and_its_last_word_counts(support: Harness) -> None:
    assert of(support) == Known()
    hear(support, recorded("child", "women"))
    assert of(support) == Known(age="child", groups=frozenset({"women"}), is_surely_child=True)
    hear(support, ("person.recorded", {"age": "adult"}))
    assert of(support) == Known(age="adult", groups=frozenset({"women"})), "an earlier release says nothing of groups"
    hear(support, recorded("adult"))
    assert of(support) == Known(age="adult")


def test_events_come_to_the_same_in_whatever_batches(support: Harness) -> None:
    told = [recorded("child", "women"), ("person.recorded", {"age": "disputed"}), recorded("adult", "men")]
    hear(support, *told)
    at_once = of(support)
    for each in told:
        hear(support, each)
    assert of(support) == at_once == Known(age="adult", groups=frozenset({"men"}))


def test_a_decision_gives_a_status_until_it_was_recorded_wrongly(support: Harness) -> None:
    first, second = str(uuid4()), str(uuid4())
    hear(support, decided("reasonable_grounds", "positive", first), decided("conclusive_grounds", "pending", second))
    assert of(support).status == "presumed_victim"
    fact = {"fact": second, "kind": "decision", "stage": "conclusive_grounds", "outcome": "positive"}
    hear(support, ("fact.corrected", {**fact, "revision": 2, "happened": "2026-03"}))
    assert of(support).status == "recognised_victim"
    correction = {"stage": "conclusive_grounds", "reason": "not_taken", "corrected_on": "2026-03-02"}
    hear(support, ("identification.corrected", {"step": second, **correction}))
    assert of(support).status == "presumed_victim"


def test_of_several_cases_the_safer_age_counts() -> None:
    for ages in permutations(["adult", "child", "disputed", None]):
        assert rules.age_of_all(ages) == "child"
    assert rules.age_of_all(["adult", "disputed"]) == "disputed"
    assert rules.age_of_all(["adult", None]) is None
    assert rules.groups_of_all([["women"], ["men"]]) is None


# --- absences -------------------------------------------------------------------------------------------------------


@pytest.mark.hazard("H-DANGER-3", control="safer-value-applies")
@pytest.mark.parametrize("age", ["child", "disputed"])
@pytest.mark.parametrize("said", [{}, {"is_child": False, "high_risk": False}])
def test_a_known_child_is_missing_at_once_whatever_was_entered(
    support: Harness, worker: Client, age: str, said: dict[str, bool]
) -> None:
    hear(support, recorded(age))
    absence = absent(worker, **said)
    assert (absence["state"], absence["is_child"]) == ("missing", True)
    assert (absence["said_child"], absence["known_age"]) == (said.get("is_child"), age), "the difference is shown"
    assert urgencies(worker) == ["immediate"]


@pytest.mark.hazard("H-DANGER-3", control="known-facts-are-not-asked")
def test_nobody_has_to_enter_an_age_or_a_risk(support: Harness, worker: Client) -> None:
    assert absent(worker)["state"] == "concern"
    assert urgencies(worker) == []


@pytest.mark.hazard("H-DANGER-3", control="safer-value-applies")
def test_a_high_risk_of_the_last_assessment_counts_whatever_was_entered(support: Harness, worker: Client) -> None:
    scores = {"accommodation": {"need": 1, "risk": 3}}
    worker.told("POST", "assessments", {"type": "initial", "domains": scores}, 201)
    absence = absent(worker, is_child=False, high_risk=False)
    assert (absence["state"], absence["high_risk"]) == ("missing", True)
    assert urgencies(worker) == ["immediate"]


@pytest.mark.hazard("H-DANGER-3", control="safer-value-applies")
def test_no_correction_lifts_the_protection_of_a_child(support: Harness, worker: Client) -> None:
    absence = absent(worker, is_child=True)
    change = {"reason": "other", "is_child": False}
    worker.told("POST", f"absences/{absence['id']}/correction", change, 201)
    assert (shown(worker)["is_child"], shown(worker)["said_child"]) == (True, False)
    hear(support, recorded("adult"))
    change = {"reason": "wrong_date", "is_child": True}
    worker.told("POST", f"absences/{absence['id']}/correction", change, 201)
    worker.told("POST", f"absences/{absence['id']}/correction", {**change, "is_child": False}, 201)
    assert shown(worker)["is_child"] is False, "intake knows that they are an adult"


@pytest.mark.hazard("H-DANGER-4", control="no-power-by-retyping")
@pytest.mark.parametrize("age", ["adult", None])
def test_one_person_cannot_report_an_adult_to_the_police_by_entering_a_child(
    support: Harness, worker: Client, age: str | None
) -> None:
    if age is not None:
        hear(support, recorded(age))
    absence = absent(worker, is_child=False, high_risk=True)
    police(worker)
    worker.told("POST", f"absences/{absence['id']}/correction", {"reason": "other", "is_child": True}, 201)
    police(worker, 409)
    assert (shown(worker)["is_child"], shown(worker)["police_told_at"]) == (True, None)
    support.member("caseworker").told("POST", f"absences/{absence['id']}/police", None, 201)
    assert shown(worker)["police_told_at"] is not None


@pytest.mark.hazard("H-DANGER-4", control="no-power-by-retyping")
def test_an_age_that_intake_changed_after_the_absence_gives_no_one_person_the_power(
    support: Harness, worker: Client
) -> None:
    hear(support, recorded("adult"))
    absent(worker, high_risk=True)
    hear(support, recorded("child"))
    police(worker)
    police(worker, 409)
    assert shown(worker)["police_told_at"] is None


@pytest.mark.hazard("H-DANGER-4", control="no-power-by-retyping")
def test_an_unconfirmed_age_of_a_child_protects_and_gives_no_power(support: Harness, worker: Client) -> None:
    hear(support, recorded("adult"), unconfirmed("child", before="adult"))
    assert of(support) == Known(age="child", groups=None, is_surely_child=False)
    assert (absent(worker)["state"], urgencies(worker)) == ("missing", ["immediate"])
    police(worker)
    police(worker, 409)
    assert shown(worker)["police_told_at"] is None
    hear(support, recorded("child"))
    police(worker)
    assert shown(worker)["police_told_at"] is not None


@pytest.mark.hazard("H-DANGER-8", control="child-until-confirmed")
def test_one_person_reports_a_missing_child_whom_one_user_called_an_adult(support: Harness, worker: Client) -> None:
    restated = ("contact.changed", {**OPENING, "age": "disputed"})
    hear(support, recorded("child"), unconfirmed("disputed", before="child"), restated)
    assert of(support) == Known(age="child", groups=None, is_surely_child=True)
    assert (absent(worker, is_child=False)["state"], urgencies(worker)) == ("missing", ["immediate"])
    police(worker)
    assert shown(worker)["police_told_at"] is not None


def test_the_power_for_a_child_needs_a_child_and_no_adult_in_all_merged_cases() -> None:
    for ages in permutations(["child", "disputed", "unknown", None]):
        assert rules.is_child_by_all(ages)
    assert not rules.is_child_by_all(["child", "adult"])
    assert not rules.is_child_by_all([None, "unknown"])


@pytest.mark.hazard("H-DANGER-3", control="safer-value-applies")
def test_whoever_turns_out_to_be_a_child_while_absent_is_looked_for_as_one(support: Harness, worker: Client) -> None:
    absent(worker, is_child=False)
    assert urgencies(worker) == []
    for _again in range(2):
        hear(support, recorded("child"))
    assert shown(worker)["is_child"] is True
    assert urgencies(worker) == ["immediate"]


# --- questionnaires -------------------------------------------------------------------------------------------------


@pytest.mark.hazard("H-DANGER-5", control="instrument-age")
@pytest.mark.parametrize("instrument", ["phq9", "core10"])
@pytest.mark.parametrize(("age", "status"), [("child", 422), ("disputed", 422), ("adult", 201), (None, 201)])
def test_a_questionnaire_for_adults_is_refused_for_a_child(
    support: Harness, instrument: str, age: str | None, status: int
) -> None:
    if age is not None:
        hear(support, recorded(age))
    body = {"instrument": instrument, "language": "en"}
    answered = support.member("counsellor").told("POST", "measures", body, status)
    if status == 422:
        assert [each["rule"] for each in answered["errors"]] == ["instrument_is_for_the_age"]


@pytest.mark.hazard("H-DANGER-3", control="safer-value-applies")
@pytest.mark.parametrize("age", ["child", "disputed", "adult", None])
@pytest.mark.parametrize("typed", [True, False, None])
@pytest.mark.parametrize("before", [True, False])
def test_only_what_adds_protection_is_taken_from_a_typed_value(
    age: str | None, typed: bool | None, before: bool
) -> None:
    applies = rules.is_protected_as_child(Known(age=age), typed=typed, before=before)
    without = rules.is_protected_as_child(Known(age=age), typed=None, before=before)
    assert applies or not without, "no typed value lifts it"
    if age in rules.CHILD:
        assert applies
