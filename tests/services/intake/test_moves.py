"""A record on the wrong case moves to the right one, and the wrong case publishes no trace of it."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from services.intake.access.rights.rules import MOVABLE, check_movable
from services.intake.service import Intake
from shared.audit.trail import audit_log
from shared.casework.refusals import StepForbidden
from shared.exchange.eventlog import event_log
from shared.http import RequestPipeline
from shared.reference import codes
from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.intake.cases import done, opened, rule_of
from tests.kit.intake.copies import DETECTED, WORDS
from tests.kit.intake.standing import CONSENT

pytestmark = pytest.mark.integration

MADE: dict[str, tuple[str, dict[str, Any]]] = {
    "detection": ("detections", DETECTED),
    "consent": ("consents", CONSENT),
}


def made(worker: Client, case: str, kind: str) -> str:
    path, body = MADE[kind]
    return str(told(worker.ask("POST", f"/v1/cases/{case}/{path}", body), 201)["id"])


def move(worker: Client, case: str, kind: str, record: str, to: str, status: int = 201) -> dict[str, Any]:
    body = {"record_class": kind, "record": record, "to_case": to}
    return told(worker.ask("POST", f"/v1/cases/{case}/moves", body), status)


def events_of(database: Database, case: str) -> list[Any]:
    with database.transaction() as session:
        found = select(event_log).where(event_log.c.subject == UUID(case)).order_by(event_log.c.serial)
        return list(session.execute(found))


def test_a_detection_goes_with_its_days_and_what_was_said_of_it(worker: Client, database: Database) -> None:
    wrong, right = opened(worker), opened(worker)
    detection = made(worker, wrong, "detection")
    said = {"about": "detection", "record": detection, "reason": "not_true", "statement": WORDS}
    told(worker.ask("POST", f"/v1/cases/{wrong}/annotations", said), 201)
    before = told(worker.ask("GET", f"/v1/cases/{wrong}"))["detections"][0]
    move(worker, wrong, "detection", detection, right)
    here, there = (told(worker.ask("GET", f"/v1/cases/{each}")) for each in (wrong, right))
    [moved] = there["detections"]
    assert {**moved, "id": ""} == {**before, "id": ""}
    assert [(each["record"], each["statement"]) for each in there["annotations"]] == [(moved["id"], WORDS)]
    assert here["detections"] == here["annotations"] == []
    [kept] = here["corrections"]
    assert (kept["record_class"], kept["record"], kept["reason"]) == ("detection", detection, "wrong_person")
    assert [each.name for each in events_of(database, wrong)][-2:] == ["record.withdrawn", "fact.withdrawn"]
    assert "detection.recorded" in [each.name for each in events_of(database, right)]


def wages_of(worker: Client, case: str) -> list[dict[str, Any]]:
    """Return the facts of withheld wages that are valid in a case."""
    found = told(worker.ask("GET", f"/v1/cases/{case}/facts"))["facts"]
    return [fact for fact in found if fact["kind"] == "wages_withheld" and not fact["withdrawn"]]


@pytest.mark.hazard("H-DEADLINE-8", control="moved-wages")
def test_withheld_wages_go_with_their_detection(worker: Client, database: Database) -> None:
    wrong, right, last = opened(worker), opened(worker), opened(worker)
    detection = made(worker, wrong, "detection")
    [before] = wages_of(worker, wrong)
    move(worker, wrong, "detection", detection, right)
    assert wages_of(worker, wrong) == []
    [after] = wages_of(worker, right)
    assert (after["learnt"], after["about"]) == (before["learnt"], before["about"])
    assert before["id"] in {each.data["fact"] for each in events_of(database, wrong) if each.name == "fact.withdrawn"}
    assert after["id"] in {each.data["fact"] for each in events_of(database, right) if each.name == "fact.recorded"}
    # A sign that was withdrawn separately stays withdrawn.
    told(worker.ask("POST", f"/v1/cases/{right}/facts/{after['id']}/correction", {"reason": "not_so"}), 201)
    [there] = told(worker.ask("GET", f"/v1/cases/{right}"))["detections"]
    move(worker, right, "detection", there["id"], last)
    assert wages_of(worker, last) == []


def test_a_consent_of_the_wrong_person_is_withdrawn_and_receivers_must_delete(
    worker: Client, database: Database
) -> None:
    wrong, right = opened(worker), opened(worker)
    move(worker, wrong, "consent", made(worker, wrong, "consent"), right)
    names = {each.name: each.data for each in events_of(database, wrong)}
    assert names["consent.withdrawn"]["erase_requested"] is True
    assert "record.withdrawn" in names
    moved = told(worker.ask("GET", f"/v1/cases/{right}"))["consents"]
    assert [each["agency_code"] for each in moved] == [CONSENT["agency"]]


def test_only_who_works_on_both_cases_moves_and_no_other_case_is_told_from_none(
    worker: Client, door: RequestPipeline
) -> None:
    wrong, theirs = opened(worker), opened(Client(door, "caseworker"))
    detection = made(worker, wrong, "detection")
    answers = [move(worker, wrong, "detection", detection, to, 404) for to in (theirs, str(uuid4()))]
    assert {**answers[0], "instance": ""} == {**answers[1], "instance": ""}
    assert len(told(worker.ask("GET", f"/v1/cases/{wrong}"))["detections"]) == 1


def test_what_was_seen_before_a_person_was_born_is_not_moved_to_them(worker: Client) -> None:
    wrong, right = opened(worker), opened(worker)
    done(worker, right, "person", {"birth": {"date": "2001-05", "disputed": False}}, method="PUT")
    path, body = f"/v1/cases/{wrong}/detections", {**DETECTED, "earliest_incident_on": "1999"}
    seen = str(told(worker.ask("POST", path, body), 201)["id"])
    assert rule_of(move(worker, wrong, "detection", seen, right, 422)) == "not_before_birth"
    assert [each["id"] for each in told(worker.ask("GET", f"/v1/cases/{wrong}"))["detections"]] == [seen]


def test_a_record_of_another_case_is_not_found(worker: Client) -> None:
    wrong, right = opened(worker), opened(worker)
    detection = made(worker, right, "detection")
    move(worker, wrong, "detection", detection, right, 404)


def test_what_stays_says_why() -> None:
    refused = {}
    for each in set(codes("record_class")) - MOVABLE:
        with pytest.raises(StepForbidden) as stays:
            check_movable(each)
        refused[each] = (stays.value.rule, str(stays.value))
    assert {rule for rule, _ in refused.values()} == {f"{each}_stays" for each in refused}
    assert all(words.endswith(".") for _, words in refused.values())
    elsewhere = {each for each, (_, words) in refused.items() if words.startswith("Another service")}
    assert elsewhere & Intake.copying.classes.keys() == set(), "intake keeps these itself"


def test_a_class_that_stays_is_refused_by_its_name(worker: Client) -> None:
    wrong, right = opened(worker), opened(worker)
    assert rule_of(move(worker, wrong, "account", str(uuid4()), right, 409)) == "account_stays"


def hints(worker: Client, database: Database, wrong: str) -> str:
    """Return all data that a reader of a case can find: the case, its events with envelopes, and its audit rows."""
    events = [each._asdict() for each in events_of(database, wrong)]
    with database.transaction() as session:
        found = select(audit_log).where(audit_log.c.subject == UUID(wrong))
        rows = [dict(each) for each in session.execute(found).mappings()]
    return json.dumps([told(worker.ask("GET", f"/v1/cases/{wrong}")), events, rows], default=str)


@settings(max_examples=8)
@given(st.lists(st.tuples(st.sampled_from(sorted(MADE)), st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=4))
def test_no_sequence_of_moves_leaves_a_hint_of_the_other_case(
    worker: Client, database: Database, steps: list[tuple[str, int, int]]
) -> None:
    cases = [opened(worker) for _ in range(3)]
    for kind, source, target in steps:
        if source != target:
            move(worker, cases[source], kind, made(worker, cases[source], kind), cases[target])
    told_of = {each: hints(worker, database, each) for each in cases}
    for case, everything in told_of.items():
        assert [other for other in cases if other != case and other in everything] == []
    shared = [
        set(correlations(database, one)) & set(correlations(database, other))
        for one in cases
        for other in cases
        if one != other
    ]
    assert set().union(*shared) == set()


def correlations(database: Database, case: str) -> list[Any]:
    """Return the correlations, causes and traces of events and the audit log, which could link one case to another."""
    events = events_of(database, case)
    with database.transaction() as session:
        noted = session.scalars(select(audit_log.c.correlation).where(audit_log.c.subject == UUID(case)))
        return [*noted, *(each.correlation for each in events), *(each.cause for each in events if each.cause)]


def test_a_trace_that_a_client_sends_does_not_tie_the_cases(worker: Client, database: Database) -> None:
    wrong, right = opened(worker), opened(worker)
    body = {"record_class": "detection", "record": made(worker, wrong, "detection"), "to_case": right}
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    told(worker.ask("POST", f"/v1/cases/{wrong}/moves", body, traceparent=trace), 201)
    assert trace in {each.traceparent for each in events_of(database, wrong)}
    assert trace not in {each.traceparent for each in events_of(database, right)}
