"""Facts of a case can be late, vague, out of order, repeated and corrected, and the periods follow from them."""

from datetime import UTC, datetime
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.intake.facts.fact.actions import derive_again, project_facts
from services.intake.service import PARTS
from shared.deadlines import fact_events, timers
from shared.deadlines.facts import Fact
from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.deadlines.timers import Timers
from shared.events.contract import Emits
from shared.exchange.eventlog import ORIGIN, Origin
from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.builders import an_event
from tests.kit.client import Client, told
from tests.kit.intake.cases import done, opened, rule_of
from tests.kit.intake.steps import correct, events, read

pytestmark = pytest.mark.integration

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
DETECTION = {
    "indicators": ["withholding_of_wages"],
    "exploitation_types": ["ForcedLabour"],
    "means_of_control": ["DebtBondage"],
    "detector": "self",
}
REFERRED = {"stage": "referred", "happened": "2026-03-02T10:00:00Z"}
REFUSED = {"stage": "reasonable_grounds", "outcome": "negative", "happened": "2026-03-06", "learnt": "2026-03-16"}
GRANTED = {"stage": "reconsideration", "outcome": "positive", "happened": "2026-03-20T09:00:00Z"}


@pytest.fixture
def clock(database: Database, door: RequestPipeline) -> TimeSource:
    source: TimeSource = database.provided(TIME_SOURCE)
    with database.transaction() as session:
        source.move(session, NOW)
    return source


def post(client: Client, case: str, path: str, body: dict[str, Any], status: int = 201, **headers: str) -> Any:
    return told(client.ask("POST", f"/v1/cases/{case}/{path}", body, **headers), status)


def case_of(client: Client, jurisdiction: str = "GB-EAW", **more: Any) -> str:
    return opened(client, jurisdiction=jurisdiction, age="adult", opened_on="2026-03-01", **more)


def step(client: Client, case: str, said: dict[str, Any], **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = post(client, case, "identification", {"made_elsewhere": True, **said, **more})
    return made


def facts_of(client: Client, case: str, kind: str) -> list[dict[str, Any]]:
    shown = told(client.ask("GET", f"/v1/cases/{case}/facts"))["facts"]
    return [each for each in shown if each["kind"] == kind]


def periods(client: Client, case: str) -> list[tuple[Any, ...]]:
    names = ("code", "state", "due_on", "other_due_on", "in_time")
    return sorted(tuple(map(str, map(each.get, names))) for each in read(client, case)["clocks"])


def test_a_decision_that_arrives_before_its_referral_meets_the_target(
    worker: Client, database: Database, clock: TimeSource
) -> None:
    case = case_of(worker)
    step(worker, case, REFUSED)
    assert read(worker, case)["identification_status"] == "rg_negative"
    step(worker, case, REFERRED)
    assert read(worker, case)["identification_status"] == "rg_negative"
    [found] = [each for each in read(worker, case)["clocks"] if each["code"] == "GB.RG"]
    assert (found["state"], found["in_time"], found["due_on"]) == ("met", "yes", "2026-03-09")
    told_of_it = [name for name, data in events(database, case, "clock.") if data["code"] == "GB.RG"]
    assert "clock.missed" not in told_of_it


def test_status_and_periods_do_not_depend_on_the_order_in_which_steps_are_entered(
    worker: Client, clock: TimeSource
) -> None:
    ended = set()
    for order in permutations((REFERRED, REFUSED, GRANTED)):
        case = case_of(worker)
        for said in order:
            step(worker, case, said)
        ended.add((read(worker, case)["identification_status"], tuple(periods(worker, case))))
    [(status, kept)] = ended
    assert status == "rg_positive"
    assert {each[0] for each in kept} >= {"GB.RG", "GB.RECOVERY_MIN"}


def test_the_same_fact_under_another_key_is_a_suggested_duplicate_with_one_period(
    worker: Client, database: Database, clock: TimeSource
) -> None:
    case = case_of(worker)
    first = step(worker, case, REFERRED)
    assert "alike" not in first
    before = periods(worker, case)
    again = step(worker, case, REFERRED)
    assert again["alike"] == first["id"]
    assert periods(worker, case) == before
    assert {each["alike"] for each in facts_of(worker, case, "submission")} == {first["id"], again["id"]}
    taken = post(worker, case, f"facts/{again['id']}/correction", {"reason": "recorded_twice"})
    assert taken == {"id": again["id"], "revision": 2, "withdrawn": True}
    assert periods(worker, case) == before
    assert {each["id"]: each["corrected_because"] for each in read(worker, case)["identification"]} == {
        first["id"]: None,
        again["id"]: "recorded_twice",
    }
    assert [data["fact"] for _, data in events(database, case, "fact.withdrawn")] == [again["id"]]
    assert [data["step"] for _, data in events(database, case, "identification.corrected")] == [again["id"]]
    # If the first fact were the wrong one, the other one would determine the periods.
    correct(worker, case, first["id"])
    assert [each[:2] for each in periods(worker, case)] == [("GB.RG", "withdrawn")]


def test_a_step_is_put_right_by_its_fact_and_shows_what_stands_and_what_stood(
    worker: Client, database: Database, clock: TimeSource
) -> None:
    case = case_of(worker)
    step(worker, case, REFERRED)
    decided = step(worker, case, {**REFUSED, "happened": "2026-03"})["id"]
    body = {"reason": "more_exact_date", "happened": "2026-03-10", "outcome": "positive", "authority": "GB.SCA"}
    assert post(worker, case, f"facts/{decided}/correction", body)["revision"] == 2
    [shown] = [each for each in read(worker, case)["identification"] if each["id"] == decided]
    assert (shown["outcome"], shown["occurred_on"], shown["authority"]) == ("positive", "2026-03-10", "GB.SCA")
    [fact] = facts_of(worker, case, "decision")
    assert [(each["happened"], each["outcome"]) for each in (fact, *fact["earlier"])] == [
        ("2026-03-10", "positive"),
        ("2026-03", "negative"),
    ]
    assert fact["reason"] == "more_exact_date"
    assert fact["recorded_by"] == str(worker.subject)
    [(_, data)] = events(database, case, "fact.corrected")
    assert {"fact": decided, "revision": 2, "happened": "2026-03-10", "outcome": "positive"}.items() <= data.items()
    recovery = [each[:3] for each in periods(worker, case) if each[0] == "GB.RECOVERY_MIN"]
    assert recovery == [("GB.RECOVERY_MIN", "running", "2026-04-09")]


@pytest.mark.parametrize(
    ("body", "status", "rule"),
    [
        ({"reason": "wrong_date"}, 422, "correction_says_what"),
        ({"reason": "recorded_twice", "happened": "2026-03-01"}, 422, "taken_back_whole"),
        ({"reason": "wrong_date", "happened": "2026-04-02"}, 422, "not_in_the_future"),
        ({"reason": "wrong_date", "happened": "2026-03-17"}, 422, "received_after_it_occurred"),
        ({"reason": "wrong_outcome", "outcome": "pending"}, 422, "outcome_of_the_stage"),
        ({"reason": "wrong_stage", "stage": "report_made"}, 422, "stage_of_the_jurisdiction"),
        ({"reason": "other", "about": str(uuid4())}, 404, None),
    ],
)
def test_what_can_not_be_is_no_correction(
    worker: Client, clock: TimeSource, body: dict[str, Any], status: int, rule: str | None
) -> None:
    case = case_of(worker)
    decided = step(worker, case, REFUSED)["id"]
    refused = post(worker, case, f"facts/{decided}/correction", body, status)
    assert rule is None or rule_of(refused) == rule
    assert facts_of(worker, case, "decision")[0]["revision"] == 1


def test_a_slip_of_a_year_in_a_detection_is_put_right_and_the_wrong_one_stays(
    worker: Client, database: Database, clock: TimeSource
) -> None:
    case = case_of(worker)
    said = {
        **DETECTION,
        "earliest_incident_on": "2016-02",
        "last_incident_on": "2026-02-03",
        "work_ended_on": "2025-12",
    }
    seen = post(worker, case, "detections", said)["id"]
    fix = {"reason": "wrong_date", "earliest_incident_on": "2026-02", "crime_reported_on": "unknown"}
    refused = post(worker, case, f"detections/{seen}/correction", fix, 422)
    assert rule_of(refused) == "ended_after_it_began"
    post(worker, case, f"detections/{seen}/correction", {**fix, "work_ended_on": "2026-02-28"})
    [shown] = read(worker, case)["detections"]
    assert [shown[name] for name in ("earliest_incident_on", "work_ended_on", "crime_reported_on")] == [
        "2026-02",
        "2026-02-28",
        "unknown",
    ]
    [first] = facts_of(worker, case, "first_incident")
    assert (first["happened"], [each["happened"] for each in first["earlier"]]) == ("2026-02", ["2016-02"])
    told_anew = [(name, data["kind"]) for name, data in events(database, case, "fact.")]
    assert sorted(told_anew) == [
        ("fact.corrected", "first_incident"),
        ("fact.corrected", "work_ended"),
        ("fact.recorded", "crime_reported"),
        ("fact.recorded", "wages_withheld"),
    ]
    # Corrections of the fact itself have the same effect.
    post(worker, case, f"facts/{first['id']}/correction", {"reason": "more_exact_date", "happened": "2026-02-01"})
    assert read(worker, case)["detections"][0]["earliest_incident_on"] == "2026-02-01"
    post(worker, case, f"facts/{first['id']}/correction", {"reason": "not_so"})
    assert read(worker, case)["detections"][0]["earliest_incident_on"] is None
    post(worker, case, f"detections/{seen}/correction", {"reason": "learnt_more", "earliest_incident_on": "2026-01"})
    assert facts_of(worker, case, "first_incident")[0]["revision"] == 5


@pytest.mark.hazard("H-DEADLINE-8", control="adopted-detections")
def test_an_upgrade_states_withheld_wages_of_earlier_detections_once(
    worker: Client, database: Database, clock: TimeSource
) -> None:
    case = case_of(worker)
    post(worker, case, "detections", {**DETECTION, "work_ended_on": "2026-02-28"})
    withdrawn = post(worker, case, "detections", {**DETECTION, "detected_on": "2026-03-02"})["id"]
    post(worker, case, f"detections/{withdrawn}/correction", {"reason": "recorded_twice"})
    [wages] = [fact for fact in facts_of(worker, case, "wages_withheld") if not fact["withdrawn"]]
    with database.transaction() as session:
        session.execute(text("delete from facts where kind = 'wages_withheld'"))
    for _upgrade in range(2):
        with database.transaction() as session:
            timers.schedule(session, UUID(case), "adopt", NOW)
        Timers(database, clock, PARTS.following.emits, PARTS.on_timer).fire_due()
        with database.transaction() as session:
            assert not session.scalar(text("select count(*) from timers where name = 'adopt'"))
        [stated] = facts_of(worker, case, "wages_withheld")
        same = ("id", "learnt", "about", "revision", "withdrawn")
        assert [stated[name] for name in same] == [wages[name] for name in same]
    told_again = [data["fact"] for name, data in events(database, case, "fact.recorded")].count(wages["id"])
    assert told_again == 2, "once before the upgrade, and once by it"


@pytest.mark.hazard("H-UPGRADE-2", control="birth-keeps-other-timers")
def test_a_birth_deletes_only_the_timers_of_a_birth(worker: Client, database: Database, clock: TimeSource) -> None:
    case = opened(worker, age="unknown")
    with database.transaction() as session:
        timers.schedule(session, UUID(case), "adopt", NOW)
    for birth in ("2012-05-03", "2013-05-03"):
        done(worker, case, "person", {"birth": {"date": birth}}, method="PUT")
        with database.transaction() as session:
            named = session.scalars(text("select name from timers where owner = :case"), {"case": UUID(case)})
            assert sorted(set(named) - {"derive"}) == ["adopt", "consent.due_again", "person.of_age"]


def test_a_detection_is_taken_back_with_all_that_it_says(worker: Client, database: Database, clock: TimeSource) -> None:
    case = case_of(worker)
    said = {**DETECTION, "earliest_incident_on": "2026-02", "work_ended_on": "2026-02-28"}
    seen = post(worker, case, "detections", said)
    assert "alike" not in seen
    assert post(worker, case, "detections", said)["alike"] == seen["id"]
    post(worker, case, f"detections/{seen['id']}/correction", {"reason": "recorded_twice"})
    refused = post(worker, case, f"detections/{seen['id']}/correction", {"reason": "recorded_twice"}, 409)
    assert rule_of(refused) == "corrected_once"
    shown = {each["id"]: each["corrected_because"] for each in read(worker, case)["detections"]}
    assert sorted(map(str, shown.values())) == ["None", "recorded_twice"]
    assert [data["record"] for _, data in events(database, case, "record.withdrawn")] == [seen["id"]]
    taken_back = sorted(data["kind"] for _, data in events(database, case, "fact.withdrawn"))
    assert taken_back == ["first_incident", "wages_withheld", "work_ended"]
    standing = [each for each in facts_of(worker, case, "first_incident") if not each["withdrawn"]]
    assert len(standing) == 1


@pytest.mark.hazard("H-DEADLINE-13", control="instant")
def test_the_hours_of_the_voucher_start_at_the_referral_and_end_at_the_handover(
    worker: Client, database: Database, clock: TimeSource
) -> None:
    case = case_of(worker, "RO")
    step(worker, case, {"stage": "referred_to_voucher", "happened": "2026-03-02"})
    referral = facts_of(worker, case, "submission")[0]["id"]
    exact = {"reason": "more_exact_date", "happened": "2026-03-02T15:40:00+02:00"}
    post(worker, case, f"facts/{referral}/correction", exact)
    [found] = [each for each in read(worker, case)["clocks"] if each["code"] == "RO.VOUCHER"]
    assert (found["state"], found["due_on"], found["other_due_on"]) == ("missed", "2026-03-05", None)
    # The law counts hours: the list and the event show the instant.
    instant = "2026-03-05T13:40:00+00:00"
    [line] = [each for each in told(worker.ask("GET", "/v1/work-list"))["cases"] if each["case"] == case]
    for listed in (line["items"], read(worker, case)["due"]):
        [item] = [each for each in listed if each["code"] == "RO.VOUCHER"]
        assert (item["due_at"], item["due_on"], found["due_at"]) == (instant, "2026-03-05", instant)
    [last] = [data for _, data in events(database, case, "clock.") if data["code"] == "RO.VOUCHER"][-1:]
    assert datetime.fromisoformat(last["due_at"]) == datetime.fromisoformat(instant)
    given = {"kind": "voucher_given", "happened": "2026-03-05T13:10:00+02:00", "about": referral}
    made = post(worker, case, "facts", given)
    [found] = [each for each in read(worker, case)["clocks"] if each["code"] == "RO.VOUCHER"]
    assert (found["state"], found["in_time"], found["because"]) == ("met", "yes", [referral, made["id"]])
    assert events(database, case, "clock.")[-1][1]["takes_back"] == "missed"
    assert post(worker, case, "facts", given)["alike"] == made["id"]


@pytest.mark.hazard("H-DEADLINE-3", control="same-stage")
def test_a_decision_names_its_referral_where_it_can_be_about_several(worker: Client, clock: TimeSource) -> None:
    case = case_of(worker)
    first = step(worker, case, REFERRED)["id"]
    positive = {"stage": "reasonable_grounds", "outcome": "positive", "happened": "2026-03-06"}
    assert step(worker, case, positive)["id"], "it can be about one referral only"
    second = step(worker, case, {"stage": "referred", "happened": "2026-03-10"})["id"]

    body = {"made_elsewhere": True, **positive, "happened": "2026-03-20"}
    refused = post(worker, case, "identification", body, 422)
    assert rule_of(refused) == "says_what_it_answers"
    assert {first, second} == {named for named in (first, second) if named in refused["errors"][0]["message"]}
    # A decision from before the second referral belongs to the first referral.
    assert post(worker, case, "identification", {**body, "happened": "2026-03-09"})["id"]
    assert post(worker, case, "identification", {**body, "about": second})["id"]


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ({"kind": "submission", "happened": "2026-03-02"}, "recorded_elsewhere"),
        ({"kind": "judgment_final", "happened": "2026-03-02"}, "recorded_elsewhere"),
        ({"kind": "rights_request", "happened": "2026-03-02"}, "fact_says_it"),
        ({"kind": "voucher_given", "happened": "2026-03-02", "right": "access"}, "says_nothing_of_it"),
        ({"kind": "voucher_given", "happened": "2026-04-02"}, "not_in_the_future"),
        (
            {"kind": "period_opened", "happened": "2026-03-02", "clock": "NL.OBJECTION", "ground": "other"},
            "rule_of_the_jurisdiction",
        ),
        (
            {"kind": "period_opened", "happened": "2026-03-02", "clock": "GB.CICA", "ground": "other"},
            "period_kept_here",
        ),
        ({"kind": "period_opened", "happened": "2026-03-02", "clock": "GB.RG"}, "fact_says_it"),
    ],
)
def test_a_fact_that_is_recorded_elsewhere_or_says_too_little_is_refused(
    worker: Client, clock: TimeSource, body: dict[str, Any], rule: str
) -> None:
    assert rule_of(post(worker, case_of(worker), "facts", body, 422)) == rule


def test_a_period_is_opened_and_closed_by_hand_with_its_ground(worker: Client, clock: TimeSource) -> None:
    case = case_of(worker)
    by_hand = {"clock": "GB.RECOVERY_MIN", "ground": "agreed_with_authority"}
    post(worker, case, "facts", {"kind": "period_opened", "happened": "2026-03-18", **by_hand})
    [found] = read(worker, case)["clocks"]
    assert (found["code"], found["state"], found["doubts"]) == (
        "GB.RECOVERY_MIN",
        "running",
        ["by_hand", "two_readings"],
    )
    post(worker, case, "facts", {"kind": "period_closed", "happened": "2026-03-20", **by_hand})
    assert [each["state"] for each in read(worker, case)["clocks"]] == ["ended"]


def test_what_nobody_at_the_door_knows_is_unknown_and_gives_no_date(worker: Client, clock: TimeSource) -> None:
    case = case_of(worker)
    step(worker, case, {"stage": "referred", "happened": "unknown"})
    [found] = read(worker, case)["clocks"]
    assert (found["state"], found["due_on"], found["began"]) == ("undated", None, "unknown")


def test_a_case_s_law_and_a_person_s_age_are_put_right(worker: Client, database: Database, clock: TimeSource) -> None:
    case = case_of(worker, "NL")
    [law], [person] = facts_of(worker, case, "law"), facts_of(worker, case, "person")
    post(worker, case, f"facts/{law['id']}/correction", {"reason": "wrong_code", "jurisdiction": "RO"})
    post(worker, case, f"facts/{person['id']}/correction", {"reason": "learnt_more", "age": "child"})
    shown = read(worker, case)
    assert (shown["jurisdiction"], shown["age"]) == ("RO", "child")
    assert [data["age"] for _, data in events(database, case, "person.recorded")] == ["child"]
    refused = post(worker, case, f"facts/{law['id']}/correction", {"reason": "not_so"}, 409)
    assert rule_of(refused) == "case_has_one"


def test_a_request_of_the_person_starts_the_month_of_the_law_and_the_reply_meets_it(
    worker: Client, database: Database, clock: TimeSource
) -> None:
    case = case_of(worker)
    asked = post(worker, case, "access-requests", {"kind": "access_report", "received_on": "2026-03-10"})["id"]
    [found] = read(worker, case)["clocks"]
    assert (found["code"], found["state"], found["due_on"], found["because"]) == (
        "PRIV.RIGHTS",
        "running",
        "2026-04-10",
        [asked],
    )
    checked = {"in_private": True, "finding": "free"}
    version = worker.ask("GET", f"/v1/cases/{case}").headers["ETag"]
    post(worker, case, f"access-requests/{asked}/check", checked, 200, If_Match=version)
    [found] = read(worker, case)["clocks"]
    assert (found["state"], found["in_time"]) == ("met", "yes")
    # No other service keeps it, so the person's request is not published.
    assert events(database, case, "fact.") == []


def test_two_replicas_tell_what_time_alone_changes_once(worker: Client, database: Database, clock: TimeSource) -> None:
    case = case_of(worker)
    step(worker, case, {**REFERRED, "happened": "2026-03-31T10:00:00Z"})
    with database.transaction() as session:
        clock.move(session, datetime(2026, 5, 1, tzinfo=UTC))
    for _ in range(2):
        Timers(database, clock, PARTS.following.emits, PARTS.on_timer).fire_due()
    names = [name for name, _ in events(database, case, "clock.")]
    assert names == ["clock.started", "clock.due_soon", "clock.due", "clock.missed"]


def test_what_an_adviser_records_counts_here_too(worker: Client, database: Database, clock: TimeSource) -> None:
    case = case_of(worker, "RO")
    step(worker, case, {"stage": "referred_to_voucher", "happened": "2026-03-30T12:00:00Z"})
    given = Fact(id=uuid4(), case=UUID(case), kind="voucher_given", happened="2026-03-31T09:00:00Z")
    stated = fact_events.announcement_of(given)
    _, data = Emits("legal", *fact_events.EVENTS).check(stated)
    received = PARTS.following.reads.open(an_event(source="legal", name=stated.name, subject=given.case, data=data))
    assert received is not None
    with database.transaction(ORIGIN.holding(Origin(PARTS.following.emits, correlation=uuid4()))) as session:
        project_facts(session, [received])
        for _ in range(2):
            derive_again(session, received)
    [found] = read(worker, case)["clocks"]
    assert (found["state"], found["in_time"], found["because"][-1]) == ("met", "yes", str(given.id))
    assert [name for name, _ in events(database, case, "clock.")] == [
        "clock.started",
        "clock.due_soon",
        "clock.stopped",
    ]
