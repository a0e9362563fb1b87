"""Records of support: the time of the event and of the record, corrections with a reason, and the consequences."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from deploy.cli import servers
from services.intake.service import EMITS as INTAKE
from services.support.help.delivery.actions import note_urgent_needs
from shared.events.contract import Received
from shared.events.envelope import Announcement, Event
from shared.exchange.eventlog import ORIGIN, Origin
from tests.kit.client import Client
from tests.kit.harness import Harness, harness

pytestmark = pytest.mark.integration

#: A Thursday, at noon in the time zone of the case.
NOW = datetime(2025, 12, 4, 11, tzinfo=UTC)
OPENED = {
    "jurisdiction": "NL",
    "source": "self",
    "channel": "chat",
    "language": "bg",
    "anonymous": False,
    "age": "adult",
    "opened_on": "2025-11-28",
    "urgent_needs": ["medical", "documents"],
}
SERVICE = {"service_type": "medical", "urgent": True}
SCORES = {"immediate_safety": {"need": 1, "risk": 2}, "accommodation": {"need": 3, "risk": "unknown"}}


@pytest.fixture
def support(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("support", postgres) as found:
        found.move_clock(NOW)
        yield found


@pytest.fixture
def worker(support: Harness) -> Client:
    return support.member("support_worker")


def open_case(support: Harness) -> None:
    """Have support apply the event of the first contact."""
    event = Event(
        id=uuid4(), source="intake", name="contact.opened", version=1, subject=support.case, time=NOW, position=1,
        epoch=uuid4(), correlation=uuid4(), data=OPENED,
    )  # fmt: skip
    opened = support.parts.following.reads.open(event)
    assert isinstance(opened, Received)
    with support.database.transaction(ORIGIN.holding(Origin(support.parts.following.emits))) as session:
        note_urgent_needs(session, opened)


def created(worker: Client, path: str, body: dict[str, Any]) -> str:
    return str(worker.told("POST", path, body, 201)["id"])


def needs(worker: Client) -> dict[str, tuple[Any, Any]]:
    shown = worker.told("GET", "")["urgent_needs"]
    return {each["service_type"]: (each["noted_on"], each["met_on"]) for each in shown if not each["taken_back_at"]}


def told(support: Harness, *names: str) -> list[tuple[str, dict[str, Any]]]:
    return [(name, data) for name, data in support.announced() if name in names]


def test_the_sample_of_an_opening_is_one_that_intake_sends() -> None:
    INTAKE.check(Announcement("contact.opened", {**OPENED, "opened_on": NOW.date()}))


def test_a_service_of_sunday_that_is_recorded_on_thursday_says_both(support: Harness, worker: Client) -> None:
    service = created(
        worker,
        "services",
        {**SERVICE, "happened": "2025-11-30T12:10:00+02:00", "learnt": "2025-12-04", "decided_by": "RO.ANITP"},
    )
    [shown] = worker.told("GET", "")["services"]
    names = ("delivered_on", "happened", "learnt", "decided_by", "recorded_by", "revision")
    said = {name: shown[name] for name in names}
    assert said == {
        "delivered_on": "2025-11-30",
        "happened": "2025-11-30T12:10:00+02:00",
        "learnt": "2025-12-04",
        "decided_by": "RO.ANITP",
        "recorded_by": str(worker.subject),
        "revision": 1,
    }
    assert shown["recorded_at"].startswith("2025-12-04T11:00")
    [(_name, data)] = told(support, "service.delivered")
    assert (data["service"], data["happened"], data["delivered_on"]) == (service, said["happened"], "2025-11-30")
    assert "recorded_by" not in data


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"happened": "2025-12-04T13:00:00+01:00"}, "happened"),
        ({"happened": "2025-12-05"}, "happened"),
        ({"happened": "2025-12-03", "learnt": "2025-12-02"}, "learnt"),
        ({"happened": "2025-11", "delivered_on": "2025-12-01"}, "delivered_on"),
        ({"delivered_on": "2025-12-05"}, "delivered_on"),
        ({"happened": "last week"}, "happened"),
    ],
)
def test_a_time_that_can_not_be_is_refused(worker: Client, body: dict[str, Any], field: str) -> None:
    refused = worker.told("POST", "services", {**SERVICE, **body}, 422)
    assert [each["field"] for each in refused["errors"]] == [field]


def test_the_same_service_sent_again_is_proposed_as_the_same(worker: Client) -> None:
    first = worker.told("POST", "services", {**SERVICE, "delivered_on": "2025-12-01"}, 201)
    again = worker.told("POST", "services", {**SERVICE, "happened": "2025-12-01T09:00:00+01:00"}, 201)
    other = worker.told("POST", "services", {**SERVICE, "delivered_on": "2025-12-02"}, 201)
    assert (first.get("alike"), again["alike"], other.get("alike")) == (None, first["id"], None)


def test_a_need_is_met_by_the_first_service_of_its_kind_and_open_again_without_it(
    support: Harness, worker: Client
) -> None:
    open_case(support)
    late = created(worker, "services", {**SERVICE, "delivered_on": "2025-12-03"})
    early = created(worker, "services", {**SERVICE, "delivered_on": "2025-11-29"})
    assert needs(worker) == {"medical": ("2025-11-28", "2025-11-29"), "documents": ("2025-11-28", None)}
    created(worker, f"services/{early}/correction", {"reason": "not_so"})
    assert needs(worker)["medical"] == ("2025-11-28", "2025-12-03")
    created(worker, f"services/{late}/correction", {"reason": "wrong_code", "service_type": "documents"})
    assert needs(worker) == {"medical": ("2025-11-28", None), "documents": ("2025-11-28", "2025-12-03")}
    followed = told(support, "urgent_need.met", "urgent_need.reopened")
    assert [(name, data["service_type"], data.get("met_on")) for name, data in followed] == [
        ("urgent_need.met", "medical", "2025-12-03"),
        ("urgent_need.met", "medical", "2025-11-29"),
        ("urgent_need.met", "medical", "2025-12-03"),
        ("urgent_need.reopened", "medical", None),
        ("urgent_need.met", "documents", "2025-12-03"),
    ]


def test_needs_that_are_heard_of_after_a_service_are_met_by_it(support: Harness, worker: Client) -> None:
    created(worker, "services", {**SERVICE, "delivered_on": "2025-11-29"})
    open_case(support)
    assert needs(worker) == {"medical": ("2025-11-28", "2025-11-29"), "documents": ("2025-11-28", None)}


def test_what_a_record_said_before_it_was_put_right_is_kept_with_the_reason(support: Harness, worker: Client) -> None:
    service = created(worker, "services", {**SERVICE, "delivered_on": "2025-12-03"})
    put_right = {"reason": "wrong_date", "delivered_on": "2025-12-02", "urgent": False}
    correction = created(worker, f"services/{service}/correction", put_right)
    shown = worker.told("GET", "")
    [stands], [was] = shown["services"], shown["corrections"]
    assert (stands["delivered_on"], stands["urgent"], stands["revision"]) == ("2025-12-02", False, 2)
    assert was["was"] == {"delivered_on": "2025-12-03", "urgent": True}
    assert (was["id"], was["record"], was["reason"], was["corrected_by"]) == (
        correction, service, "wrong_date", str(worker.subject),
    )  # fmt: skip
    assert [(name, data["revision"]) for name, data in support.announced()] == [
        ("service.delivered", 1),
        ("record.corrected", 2),
        ("service.delivered", 2),
    ]


def test_a_correction_that_says_nothing_or_contradicts_the_record_is_refused(worker: Client) -> None:
    service = created(worker, "services", {**SERVICE, "happened": "2025-12-01T09:00:00+01:00"})
    path = f"services/{service}/correction"
    assert worker.ask("POST", path, {"reason": "wrong_date"}).status_code == 422
    assert worker.ask("POST", path, {"reason": "wrong_date", "delivered_on": "2025-12-02"}).status_code == 422
    assert worker.ask("POST", path, {"reason": "not_so", "urgent": False}).status_code == 422
    created(worker, path, {"reason": "wrong_date", "happened": "2025-12-02"})
    assert worker.told("GET", "")["services"][0]["delivered_on"] == "2025-12-02"
    created(worker, path, {"reason": "not_so"})
    assert worker.ask("POST", path, {"reason": "wrong_date", "delivered_on": "2025-12-02"}).status_code == 409


def test_an_urgent_need_is_noted_put_right_and_taken_back(support: Harness, worker: Client) -> None:
    need = created(worker, "needs", {"service_type": "medical", "happened": "unknown", "learnt": "2025-12-01"})
    assert created(worker, "needs", {"service_type": "medical"}) == need
    created(worker, "services", {"service_type": "documents", "urgent": True, "delivered_on": "2025-12-02"})
    created(worker, f"needs/{need}/correction", {"reason": "wrong_code", "service_type": "documents"})
    assert needs(worker) == {"documents": ("2025-12-01", "2025-12-02")}
    created(worker, f"needs/{need}/correction", {"reason": "wrong_person"})
    assert needs(worker) == {}
    said = [(name, data.get("needs") or data["service_type"]) for name, data in told(support, *OF_NEEDS)]
    assert said == [
        ("urgent_need.noted", ["medical"]),
        ("urgent_need.withdrawn", "medical"),
        ("urgent_need.noted", ["documents"]),
        ("urgent_need.met", "documents"),
        ("urgent_need.withdrawn", "documents"),
    ]


@pytest.mark.hazard("H-DANGER-9", control="corrected-need-by-id")
def test_the_id_of_a_need_is_published_only_with_a_corrected_kind_or_day(support: Harness, worker: Client) -> None:
    need = created(worker, "needs", {"service_type": "medical", "noted_on": "2025-12-01"})
    for corrected in ({"decided_by": "our_team"}, {"noted_on": "2025-12-02"}, {"service_type": "documents"}):
        created(worker, f"needs/{need}/correction", {"reason": "learnt_more", **corrected})
    noted = [data for _name, data in told(support, "urgent_need.noted")]
    assert [(data["needs"], data["noted_on"], data.get("need")) for data in noted] == [
        (["medical"], "2025-12-01", None),
        (["medical"], "2025-12-01", None),
        (["medical"], "2025-12-02", need),
        (["documents"], "2025-12-02", need),
    ]


OF_NEEDS = ("urgent_need.noted", "urgent_need.met", "urgent_need.reopened", "urgent_need.withdrawn")


def test_what_an_assessment_did_not_ask_is_shown_and_makes_no_small_risk(support: Harness, worker: Client) -> None:
    created(worker, "assessments", {"type": "initial", "domains": {"immediate_safety": {"need": 0, "risk": 0}}})
    [shown] = worker.told("GET", "")["assessments"]
    assert (shown["overall_risk"], shown["unasked"], len(shown["unasked_domains"])) == ("unknown", 19, 19)
    assert "self_harm_suicide" in shown["unasked_domains"]
    [(_name, data)] = told(support, "assessment.completed")
    assert set(data) == {"assessment", "assessment_type", "urgent", "reassess_on", "revision"}
    assert data["urgent"] is False


def test_an_assessment_is_put_right_its_former_scores_are_for_those_who_see_scores(
    support: Harness, worker: Client
) -> None:
    supervisor = support.member("supervisor")
    assessment = created(worker, "assessments", {"type": "initial", "domains": SCORES, "assessed_on": "2025-12-01"})
    right = {**SCORES, "immediate_safety": {"need": 1, "risk": 4}}
    path = f"assessments/{assessment}/correction"
    created(worker, path, {"reason": "learnt_more", "domains": right})
    created(worker, path, {"reason": "wrong_date", "assessed_on": "2025-12-02"})
    shown = worker.told("GET", "")
    [stands] = shown["assessments"]
    assert (stands["overall_risk"], stands["reassess_on"]) == ("urgent", "2025-12-03")
    assert (stands["domains"], [each["domains"] for each in stands["former_domains"]]) == (right, [SCORES])
    assert "scores" not in str(shown["corrections"])
    [seen] = supervisor.told("GET", "")["assessments"]
    assert not {"domains", "former_domains"} & set(seen)
    said = [(data["urgent"], data["reassess_on"]) for _name, data in told(support, "assessment.completed")]
    assert said == [(False, "2025-12-31"), (True, "2025-12-02"), (True, "2025-12-03")]


URGENT = {"immediate_safety": {"need": 1, "risk": 4}}


def alerts(support: Harness) -> list[dict[str, Any]]:
    return [data for _name, data in told(support, "alert.raised")]


def test_urgent_need_that_an_assessment_finds_reaches_those_who_act_without_its_name(
    support: Harness, worker: Client
) -> None:
    counsellor, lead = support.member("counsellor"), support.member("caseworker", lead=True)
    scores = {**SCORES, "self_harm_suicide": {"need": 4, "risk": 4}}
    created(worker, "assessments", {"type": "initial", "domains": scores})
    [raised] = alerts(support)
    assert (raised["urgency"], raised["told"], raised["by_assessment"]) == ("immediate", "team", True)
    for who in (worker, counsellor, lead):
        [told_of] = who.told("GET", "/v1/alerts")["alerts"]
        assert (told_of["id"], told_of["danger_type"]) == (raised["alert"], "urgent_need_assessed")
        assert "self_harm" not in str(told_of)
    assert "self_harm" not in str(support.announced())
    named = worker.told("POST", "alerts", {"danger_type": "urgent_need_assessed", "urgency": "today"}, 422)
    assert [error["field"] for error in named["errors"]] == ["danger_type"], "nobody tells it but an assessment"


@pytest.mark.parametrize("scores", [SCORES, {"substance_use": {"need": 4, "risk": 4}}])
def test_an_assessment_that_finds_nothing_urgent_raises_no_alert(
    support: Harness, worker: Client, scores: dict[str, Any]
) -> None:
    created(worker, "assessments", {"type": "initial", "domains": scores})
    assert alerts(support) == []


def test_an_assessment_raises_one_alert_and_another_only_where_it_is_urgent_anew(
    support: Harness, worker: Client
) -> None:
    assessment = created(worker, "assessments", {"type": "initial", "domains": SCORES, "assessed_on": "2025-12-01"})
    path = f"assessments/{assessment}/correction"
    assert alerts(support) == []
    created(worker, path, {"reason": "learnt_more", "domains": {**SCORES, **URGENT}})
    assert len(alerts(support)) == 1, "put right, it is urgent"
    created(worker, path, {"reason": "wrong_date", "assessed_on": "2025-12-02"})
    created(
        worker, path, {"reason": "learnt_more", "domains": {**URGENT, "trafficker_contact": {"need": 4, "risk": 4}}}
    )
    assert len(alerts(support)) == 1, "it was urgent before"
    created(worker, path, {"reason": "wrong_code", "domains": SCORES})
    assert len(alerts(support)) == 1
    [goes_on] = worker.told("GET", "/v1/alerts")["alerts"]
    created(worker, path, {"reason": "learnt_more", "domains": URGENT})
    assert len(alerts(support)) == 1, "it is one more reason of an alert that nobody has acknowledged"
    assert len(worker.told("GET", "")["alert_reasons"]) == 2
    created(worker, f"alerts/{goes_on['id']}/acknowledgement", None)
    created(worker, path, {"reason": "learnt_more", "domains": SCORES})
    created(worker, path, {"reason": "learnt_more", "domains": URGENT})
    assert len(alerts(support)) == 2, "it is urgent anew"
    [goes_on] = worker.told("GET", "/v1/alerts")["alerts"]
    created(worker, path, {"reason": "recorded_twice"})
    assert len(alerts(support)) == 2
    assert goes_on["id"] in {each["id"] for each in worker.told("GET", "/v1/alerts")["alerts"]}, (
        "until somebody ends it"
    )


def test_of_several_assessments_the_latest_that_stands_is_told_after_a_correction(
    support: Harness, worker: Client
) -> None:
    dangerous = {"immediate_safety": {"need": 1, "risk": 4}}
    first = created(worker, "assessments", {"type": "initial", "domains": SCORES, "assessed_on": "2025-12-01"})
    last = created(worker, "assessments", {"type": "review", "domains": dangerous, "assessed_on": "2025-12-03"})
    created(worker, f"assessments/{first}/correction", {"reason": "learnt_more", "type": "review"})
    created(worker, f"assessments/{last}/correction", {"reason": "recorded_twice"})
    said = [data["assessment"] for _name, data in told(support, "assessment.completed")]
    assert said == [first, last, last, first]


def test_a_plan_and_a_course_are_put_right(support: Harness) -> None:
    counsellor = support.member("counsellor")
    plan = created(counsellor, "plans", {"goal_types": ["Health"], "person_has_copy": True, "review_on": "2026-01-04"})
    created(counsellor, f"plans/{plan}/correction", {"reason": "wrong_code", "goal_types": ["Legal", "Health"]})
    refused = {"reason": "wrong_date", "review_on": "2025-12-03"}
    assert counsellor.ask("POST", f"plans/{plan}/correction", refused).status_code == 422
    course = created(counsellor, "counselling", {"modality": "group", "started_on": "2025-12-02"})
    path = f"counselling/{course}/correction"
    assert counsellor.ask("POST", path, {"reason": "wrong_date", "ended_on": "2025-12-03"}).status_code == 422
    created(counsellor, path, {"reason": "wrong_code", "modality": "one_to_one"})
    shown = counsellor.told("GET", "")
    assert [each["goal_types"] for each in shown["plans"]] == [["Legal", "Health"]]
    assert [each["modality"] for each in shown["counselling"]] == ["one_to_one"]
    created(counsellor, path, {"reason": "wrong_person"})
    version = counsellor.ask("GET", "").headers["ETag"]
    ending = counsellor.ask("POST", f"counselling/{course}/ending", {"reason": "goals_met"}, If_Match=version)
    assert ending.status_code == 409
    assert [(name, data["revision"]) for name, data in told(support, "plan.agreed", "counselling.started")] == [
        ("plan.agreed", 1), ("plan.agreed", 2), ("counselling.started", 1), ("counselling.started", 2),
    ]  # fmt: skip
