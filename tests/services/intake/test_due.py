"""Due items of a case: received from every service, shown to the person responsible, and removed once they are done."""

import itertools
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from services.intake.cases.due import rules
from services.intake.cases.due.actions.repeated import RECORDS
from services.intake.cases.due.events import CLOCKS
from services.intake.cases.due.models import HeardDue
from services.intake.cases.lifecycle.actions.whole import WHOLE
from services.intake.facts.case.rules import TEAM_ROLES
from services.intake.facts.person.models import AskedAnew
from services.intake.service import PARTS
from services.legal.service import EMITS as LEGAL
from shared import deadlines
from shared.access.permissions import FieldClass
from shared.http import RequestPipeline
from shared.reference import JURISDICTIONS, codes, grouping, profile
from shared.store.database import Database
from tests.kit.agencies import id_of
from tests.kit.client import Client, told
from tests.kit.intake.cases import done, opened
from tests.kit.intake.heard import hear, period, received
from tests.kit.intake.safe_contact import ANY_TIME

DUE = date(2026, 4, 1)
TODAY = date(2026, 3, 2)


def matter_task(case: str, position: int, due_on: str, *members: UUID) -> Any:
    """Return the event of a task in a matter for some members of staff."""
    data = {"task": str(UUID(int=8)), "kind": "key_date", "due_on": due_on, "unclear": True}
    return received(case, "legal.matter_task.set", position, **data, members=[str(member) for member in members])


def items(client: Client, case: str) -> list[dict[str, Any]]:
    """Return the items of a case in the client's work list, all of which the case file also shows."""
    lines = told(client.ask("GET", "/v1/work-list"))["cases"]
    [line] = [line for line in lines if line["case"] == case]
    found: list[dict[str, Any]] = line["items"]
    compared = ("what", "code", "reference", "due_on", "state")
    due = [[item[name] for name in compared] for item in told(client.ask("GET", f"/v1/cases/{case}"))["due"]]
    assert [[item[name] for name in compared] for item in found if [item[name] for name in compared] not in due] == []
    return found


def joined(worker: Client, door: RequestPipeline, case: str, role: str) -> Client:
    """Put a staff member on a case's team."""
    member = Client(door, role)
    told(worker.ask("POST", f"/v1/cases/{case}/team", {"member": str(member.subject), "role": role}), 201)
    return member


def test_each_event_of_a_period_that_legal_emits_has_a_reader() -> None:
    emitted = {f"legal.{event.name}" for event in LEGAL.types if event.name.startswith("clock.")}
    assert emitted
    assert emitted == CLOCKS == {f"legal.{event.name}" for event in deadlines.EVENTS}
    read = {(read.key, read.version) for read in PARTS.following.reads.reads}
    assert {(f"legal.{event.name}", event.version) for event in deadlines.EVENTS} <= read


@pytest.mark.parametrize("event", deadlines.EVENTS, ids=lambda event: str(event.name))
def test_each_event_of_a_period_leaves_a_state(event: Any) -> None:
    verb = event.name.rpartition(".")[2]
    for kind in codes("clock_kind"):
        state = rules.state_after(verb, kind, None)
        assert state in {*codes("clock_state"), "met", "resting", "withdrawn"}


def test_each_state_that_waits_is_on_the_list_and_none_that_is_done() -> None:
    waiting = {"undated", "running", "paused", "doubtful", "missed", "passed"}
    for state, kind in itertools.product(codes("clock_state"), codes("clock_kind")):
        expected = state in waiting or (state == "reached" and kind == "maximum")
        assert grouping.is_listed(state, kind) is expected, (state, kind)


def test_each_kind_of_item_is_for_somebody_who_may_see_it() -> None:
    kinds = set(codes("due_item")) - {rules.REFERRAL_BACK}
    assert kinds == set(rules.FOR)
    assert all(set(roles) <= set(TEAM_ROLES) for roles in rules.FOR.values())
    assert set(rules.FOR[rules.PERIOD]) == set(TEAM_ROLES)
    health = [what for what, field_class in rules.CLASSES.items() if field_class is FieldClass.HEALTH]
    assert health
    assert not [what for what in health if "legal_adviser" in rules.FOR[what]]


@pytest.mark.hazard("H-DEADLINE-8", control="act-now")
def test_an_item_is_marked_by_its_day_and_its_doubt() -> None:
    yesterday = TODAY - timedelta(days=1)
    assert grouping.group("running", None, "unclear", TODAY) == "undated"
    assert grouping.group("running", TODAY, "likely", TODAY) == "due"
    assert grouping.group("missed", yesterday, "settled", TODAY) == "overdue"
    assert grouping.group("missed", TODAY, "settled", TODAY) == "overdue", "hours end on a day"
    assert grouping.group("doubtful", yesterday, "likely", TODAY) == "unclear"
    # The period can be met, and has not passed, so it is due. Once its last day has passed too, it is over in either
    # case.
    assert grouping.group("doubtful", TODAY, "unclear", TODAY) == "due"
    assert grouping.group("doubtful", yesterday, "unclear", TODAY, TODAY) == "unclear"
    assert grouping.group("doubtful", yesterday, "unclear", TODAY, yesterday) == "over"
    # The law sets no day, so any day can be too late.
    assert grouping.group("undated", None, "unclear", TODAY, doubts=["act_now"]) == "due"
    assert grouping.group("ended", None, "unclear", TODAY, doubts=["act_now"]) == "undated"
    # There is still time to act, however certain the day is.
    assert grouping.group("running", TODAY, "unclear", TODAY) == "due"


def test_the_question_that_closes_most_is_asked_of_a_period_that_is_not_over() -> None:
    asked = {doubt: rules.question("doubtful", [doubt]) for doubt in codes("clock_doubt")}
    assert {question for question in asked.values() if question is not None} == set(codes("due_question"))
    assert asked["each_act"] is None, "it is law, and no missing fact"
    assert (asked["vague_start"], rules.question("running", ["vague_start"])) == ("exact_day", None)
    assert rules.question("doubtful", ["perhaps_earlier", "last_incident_unknown"]) == "last_incident"
    assert rules.question("running", ["certificate_unknown", "which_start"]) == "which_event"
    assert rules.question("passed", ["last_incident_unknown"]) is None


@pytest.mark.integration
@pytest.mark.hazard("H-DEADLINE-1", control="ask-last-day")
def test_the_last_day_of_an_exploitation_is_asked_at_once_and_once_for_all_periods(
    worker: Client, database: Database
) -> None:
    case = opened(worker)
    doubtful = {"state": "doubtful", "doubts": ["last_incident_unknown"], "certainty": "unclear"}
    days = {"due_on": "2023-03-01", "other_due_on": "2028-01-15"}
    civil = {"due_on": None, "other_due_on": "2029-01-15", "state": "undated"}
    hear(database, period(case, "started", 1, uuid4(), code="GB.CICA", **doubtful, **days))
    hear(database, period(case, "started", 2, uuid4(), code="GB.CIVIL_PI", **{**doubtful, **civil}))

    shown = {(item["what"], item["code"], item["due_on"], item["other_due_on"]) for item in items(worker, case)}
    assert shown == {
        ("period", "GB.CICA", "2023-03-01", "2028-01-15"),
        ("period", "GB.CIVIL_PI", None, "2029-01-15"),
        ("period_question", "last_incident", "2023-03-01", None),
    }


@pytest.mark.integration
def test_each_conciliation_without_a_certificate_is_asked_about_by_itself(worker: Client, database: Database) -> None:
    case, first, second = opened(worker), str(uuid4()), str(uuid4())
    doubt = {"state": "running", "doubts": ["certificate_unknown"], "certainty": "unclear"}
    for position, (code, fact, due_on) in enumerate(
        [("GB.ET", first, "2026-03-20"), ("GB.ET_CONTRACT", first, "2026-03-18"), ("GB.ET", second, "2026-04-05")], 1
    ):
        hear(database, period(case, "started", position, uuid4(), code=code, **doubt, due_on=due_on, ask_about=[fact]))

    def questions() -> set[tuple[str, str, str]]:
        shown = [item for item in items(worker, case) if item["what"] == rules.PERIOD_QUESTION]
        return {(item["code"], item["reference"], item["due_on"]) for item in shown}

    assert questions() == {("certificate", first, "2026-03-18"), ("certificate", second, "2026-04-05")}
    read = [item for item in told(worker.ask("GET", f"/v1/cases/{case}"))["due"] if item["what"] == "period_question"]
    assert {(item["code"], item["reference"], item["due_on"]) for item in read} == questions()


EVERY_CODE = sorted({code for name in JURISDICTIONS for code in profile(name).clocks})


@pytest.mark.integration
def test_each_period_of_each_profile_is_on_the_list_of_each_role_of_a_team(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    case = opened(worker)
    told_of = [period(case, "started", place, uuid4(), code=code) for place, code in enumerate(EVERY_CODE, 1)]
    hear(database, *told_of)
    for role in TEAM_ROLES:
        member = joined(worker, door, case, role)
        shown = {item["code"] for item in items(member, case)}
        assert shown == set(EVERY_CODE), role
        read = told(member.ask("GET", f"/v1/cases/{case}"))["due"]
        assert {item["code"] for item in read} == set(EVERY_CODE), role


@pytest.mark.integration
def test_a_period_of_legal_is_on_the_list_until_it_is_met(worker: Client, database: Database) -> None:
    case = opened(worker)
    hear(database, period(case, "started"))
    [item] = items(worker, case)
    assert (item["what"], item["source"], item["code"]) == ("period", "legal", "GB.RECONSIDER")
    assert (item["due_on"], item["certainty"], item["state"]) == (DUE.isoformat(), "likely", "running")
    line = told(worker.ask("GET", "/v1/work-list"))["cases"][0]
    assert line["due_on"] == line["clock_due_on"] == DUE.isoformat()

    hear(database, period(case, "moved", 2, due_on="2026-05-01", other_due_on="2026-05-31", doubts=["vague_start"]))
    [item] = items(worker, case)
    assert (item["due_on"], item["other_due_on"], item["doubts"]) == ("2026-05-01", "2026-05-31", ["vague_start"])
    hear(database, period(case, "stopped", 3, state="met"))
    assert items(worker, case) == []
    hear(database, period(case, "reopened", 4, state="running"))
    assert [item["state"] for item in items(worker, case)] == ["running"]
    hear(database, period(case, "withdrawn", 5, state="withdrawn"))
    assert items(worker, case) == []


@pytest.mark.integration
def test_a_passed_period_stays_until_it_is_handled_and_returns_when_it_changes(
    worker: Client, database: Database
) -> None:
    case, clock = opened(worker), UUID(int=7)
    path = f"due/{clock}/acknowledgement"
    hear(database, period(case, "started"))
    assert done(worker, case, path, status=409)["errors"][0]["rule"] == "over_first"
    hear(database, period(case, "missed", 2, state="passed"))
    assert [item["state"] for item in items(worker, case)] == ["passed"]
    assert done(worker, case, f"due/{uuid4()}/acknowledgement", status=404)
    done(worker, case, path)
    assert items(worker, case) == []
    assert told(worker.ask("GET", f"/v1/cases/{case}"))["due"] == []

    hear(database, period(case, "moved", 3, state="passed", due_on="2026-04-09"))
    assert [item["due_on"] for item in items(worker, case)] == ["2026-04-09"]


@pytest.mark.integration
def test_a_period_that_began_on_an_unknown_day_waits_since_none(worker: Client, database: Database) -> None:
    case = opened(worker)
    hear(database, period(case, "started", began="unknown", began_on="2026-03-07", due_on=None, state="undated"))
    assert [item["since"] for item in items(worker, case)] == [None]
    hear(database, period(case, "moved", 2, began="2026-03-02", began_on="2026-03-02"))
    assert [item["since"] for item in items(worker, case)] == ["2026-03-02"]
    hear(database, period(case, "moved", 3, began="unknown", began_on=None, due_on=None, state="undated"))
    assert [item["since"] for item in items(worker, case)] == [None]


@pytest.mark.integration
def test_events_of_earlier_releases_are_read_without_what_they_did_not_say(worker: Client, database: Database) -> None:
    case, clock = opened(worker), str(uuid4())
    said = {"clock": clock, "code": "GB.RG", "kind": "target"}
    began = {"began_on": "2026-03-02", "due_on": "2026-03-09", "jurisdiction": "GB-EAW", "rule_version": "2024-01-01"}
    steps = [
        ("started", {**began, "verify": True}, ("running", "2026-03-09")),
        ("paused", {"paused_on": "2026-03-04"}, ("paused", "2026-03-09")),
        ("resumed", {"due_on": "2026-03-11"}, ("running", "2026-03-11")),
        ("due", {"due_on": "2026-03-11"}, ("running", "2026-03-11")),
        ("missed", {"due_on": "2026-03-11", "late_filing_possible": False}, ("missed", "2026-03-11")),
    ]
    for position, (verb, more, expected) in enumerate(steps, 1):
        hear(database, received(case, f"legal.clock.{verb}", position, **said, **more))
        assert [(item["state"], item["due_on"]) for item in items(worker, case)] == [expected], verb
    hear(database, received(case, "legal.clock.stopped", 9, **said))
    assert items(worker, case) == []


@pytest.mark.integration
@settings(max_examples=15)
@given(cut=st.sets(st.integers(1, 15)))
def test_the_list_is_the_same_however_events_are_batched(database: Database, cut: set[int]) -> None:
    case = str(uuid4())
    told_of = [
        period(case, "started", 1),
        received(case, "support.urgent_need.noted", 1, needs=["medical_emergency", "accommodation_emergency"]),
        period(case, "missed", 2, state="passed"),
        received(case, "support.service.delivered", 2, service_type="medical_emergency", met_urgent_need=True),
        received(case, "support.plan.agreed", 3, plan=str(UUID(int=3)), review_on="2026-05-01"),
        period(case, "stopped", 3, state="met"),
        received(case, "support.alert.raised", 4, alert=str(UUID(int=4)), urgency="today"),
        received(case, "support.alert.acknowledged", 5, alert=str(UUID(int=4))),
        received(case, "support.alert.returned", 6, alert=str(UUID(int=4))),
        received(case, "support.alert.acknowledged", 7, alert=str(UUID(int=4))),
        received(case, "support.task.set", 8, task=str(UUID(int=5)), kind="safety_plan_review", due_on="2026-04-01"),
        received(case, "support.task.set", 9, task=str(UUID(int=6)), kind="found_talk", due_on="2026-04-02"),
        received(case, "support.task.set", 10, task=str(UUID(int=5)), kind="safety_plan_review", due_on="2026-03-20"),
        received(case, "support.task.done", 11, task=str(UUID(int=6)), kind="found_talk"),
        matter_task(case, 4, "2026-04-01", UUID(int=9)),
        matter_task(case, 5, "2026-03-25", UUID(int=9)),
    ]
    ends = [0, *sorted(cut), len(told_of)]
    for first, last in itertools.pairwise(ends):
        hear(database, *told_of[first:last])
    with database.transaction() as session:
        listed = select(HeardDue.what, HeardDue.code, HeardDue.due_on).where(HeardDue.case_id == UUID(case))
        rows = session.execute(listed.where(HeardDue.listed).order_by(HeardDue.what)).all()
    assert [tuple(row) for row in rows] == [
        ("matter_task", "key_date", date(2026, 3, 25)),
        ("plan_review", None, date(2026, 5, 1)),
        ("support_task", "safety_plan_review", date(2026, 3, 20)),
        ("urgent_need", "accommodation_emergency", date(2026, 3, 2)),
    ]


@pytest.mark.integration
def test_needs_alerts_and_reviews_are_listed_for_those_who_act_by_their_visibility(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    case, alert = opened(worker), str(uuid4())
    again = {"urgent": False, "assessment_type": "initial", "reassess_on": "2026-06-01"}
    hear(
        database,
        received(case, "support.urgent_need.noted", 1, needs=["medical_emergency"]),
        received(case, "support.alert.raised", 2, alert=alert, urgency="today"),
        received(case, "support.assessment.completed", 3, version=2, **again),
    )
    everything = {"urgent_need", "alert", "reassessment"}
    for role, expected in (
        ("support_worker", everything),
        ("counsellor", everything),
        ("legal_adviser", set()),
        ("outreach_worker", {"urgent_need"}),
    ):
        member = joined(worker, door, case, role)
        assert {item["what"] for item in items(member, case)} == expected, role
        read = {item["what"] for item in told(member.ask("GET", f"/v1/cases/{case}"))["due"]}
        assert read == ({"alert"} if role == "legal_adviser" else everything), role

    hear(
        database,
        received(case, "support.service.delivered", 4, service_type="medical_emergency", met_urgent_need=True),
        received(case, "support.alert.acknowledged", 5, alert=alert),
    )
    assert {item["what"] for item in items(worker, case)} == {"reassessment"}


@pytest.mark.integration
def test_a_returned_alert_is_listed_since_it_was_raised_until_it_is_answered(
    worker: Client, database: Database
) -> None:
    case, alert = opened(worker), str(uuid4())
    raised = {"urgency": "today", "raised_at": "2026-02-20T10:00:00+00:00"}

    def listed() -> list[tuple[str, str]]:
        return [(item["since"], item["due_on"]) for item in items(worker, case) if item["what"] == "alert"]

    back = {"urgency": "today", "level": 0, "told": "team"}
    hear(database, received(case, "support.alert.raised", 1, alert=alert, **raised))
    hear(database, received(case, "support.alert.acknowledged", 2, alert=alert))
    assert listed() == []
    hear(database, received(case, "support.alert.returned", 3, alert=alert, **back))
    assert listed() == [("2026-02-20", "2026-02-20")]
    hear(database, received(case, "support.alert.acknowledged", 4, alert=alert))
    assert listed() == []
    never_heard_of = str(uuid4())
    hear(database, received(case, "support.alert.returned", 5, alert=never_heard_of, **back))
    assert listed() == [("2026-03-02", "2026-03-02")], "the day on which it came back, where no other is known"


@pytest.mark.integration
def test_that_an_assessment_found_urgent_need_stands_with_who_acts_and_not_which(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    case, alert = opened(worker), str(uuid4())
    supporter, outsider = joined(worker, door, case, "support_worker"), joined(worker, door, case, "legal_adviser")
    raised = {"alert": alert, "urgency": "immediate", "by_assessment": True}
    hear(
        database,
        received(case, "support.assessment.completed", 1, version=2, urgent=True, reassess_on="2026-03-03"),
        received(case, "support.alert.raised", 2, **raised),
        received(case, "support.alert.raised", 3, alert=str(uuid4()), urgency="today"),
    )
    for who in (worker, supporter):
        codes_of = {item["code"] for item in items(who, case) if item["what"] == "alert"}
        assert codes_of == {"urgent_need_assessed", None}
    assert rules.ASSESSED in codes("danger_type"), "there are words for it"
    assert items(outsider, case) == []
    hear(database, received(case, "support.alert.acknowledged", 4, alert=alert))
    assert {item["code"] for item in items(worker, case) if item["what"] == "alert"} == {None}
    hear(database, received(case, "support.alert.returned", 5, alert=alert, urgency="today", level=0, told="team"))
    assert {item["code"] for item in items(worker, case) if item["what"] == "alert"} == codes_of


@pytest.mark.integration
def test_of_an_assessment_of_an_earlier_release_only_the_urgency_is_kept(worker: Client, database: Database) -> None:
    named = {"domains_at_or_above_3": ["self_harm_suicide"], "assessment_type": "initial", "reassess_on": "2026-06-01"}
    for risk, urgent in (("urgent", True), ("high", False), ("unknown", False)):
        case = opened(worker)
        hear(database, received(case, "support.assessment.completed", 1, overall_risk=risk, **named))
        shown = told(worker.ask("GET", f"/v1/cases/{case}"))
        assert shown["assessed_urgent"] is urgent
        assert not [each for each in ("self_harm_suicide", "overall_risk") if each in str(shown)]
        again = received(
            case, "support.assessment.completed", 2, version=2, urgent=not urgent, reassess_on="2026-03-03"
        )
        hear(database, again)
        assert told(worker.ask("GET", f"/v1/cases/{case}"))["assessed_urgent"] is not urgent


@pytest.mark.integration
def test_news_of_an_earlier_need_leaves_a_later_one_of_its_kind_on_the_list(worker: Client, database: Database) -> None:
    case, kind = opened(worker), "medical_emergency"
    earlier = {"need": str(uuid4()), "service_type": kind, "noted_on": "2026-01-05"}
    hear(
        database,
        received(case, "support.urgent_need.noted", 1, needs=[kind], noted_on="2026-03-01"),
        received(case, "support.urgent_need.met", 2, **earlier, service=str(uuid4()), met_on="2026-01-20"),
        received(
            case,
            "support.service.delivered",
            3,
            service_type=kind,
            met_urgent_need=True,
            delivered_on="2026-01-20",
        ),
        received(case, "support.urgent_need.withdrawn", 4, **earlier),
    )
    assert [(item["what"], item["due_on"]) for item in items(worker, case)] == [("urgent_need", "2026-03-01")]
    later = received(case, "support.service.delivered", 5, service_type=kind, met_urgent_need=True)
    hear(database, later)
    assert items(worker, case) == []


NEED_A = {"need": str(UUID(int=1)), "service_type": "medical_emergency", "noted_on": "2026-01-01"}
NEED_B = {"need": str(UUID(int=2)), "service_type": "medical_emergency", "noted_on": "2026-03-01"}
SAME_DAY = {**NEED_B, "noted_on": "2026-01-01"}


def noted(need: dict[str, str]) -> tuple[str, dict[str, Any]]:
    return "noted", {"needs": [need["service_type"]], "noted_on": need["noted_on"]}


def need_met(need: dict[str, str], met_on: str) -> tuple[str, dict[str, Any]]:
    return "met", {**need, "service": str(UUID(int=3)), "met_on": met_on}


@pytest.mark.integration
@pytest.mark.hazard("H-DANGER-9", control="every-open-need")
@pytest.mark.parametrize(
    ("last", "since"),
    [
        ([], "2026-01-01"),
        ([need_met(NEED_A, "2026-02-01")], "2026-03-01"),
        ([("withdrawn", NEED_A)], "2026-03-01"),
        ([("withdrawn", NEED_B)], "2026-01-01"),
        ([need_met(NEED_B, "2026-03-02")], "2026-01-01"),
        ([need_met(NEED_A, "2026-02-01"), need_met(NEED_A, "2026-03-02")], "2026-03-01"),
        ([need_met(NEED_A, "2026-02-01"), ("withdrawn", NEED_A)], "2026-03-01"),
        ([need_met(NEED_A, "2026-02-01"), need_met(NEED_B, "2026-03-02")], None),
        ([need_met(NEED_B, "2026-03-02"), ("withdrawn", NEED_A)], None),
    ],
)
def test_each_open_need_of_a_kind_stays_on_the_list(
    worker: Client, database: Database, last: list[tuple[str, dict[str, Any]]], since: str | None
) -> None:
    case = opened(worker)
    steps = [noted(NEED_A), need_met(NEED_A, "2026-01-02"), noted(NEED_B), ("reopened", NEED_A), *last]
    for position, (name, data) in enumerate(steps, 1):
        hear(database, received(case, f"support.urgent_need.{name}", position, **data))
    assert [item["since"] for item in items(worker, case)] == ([] if since is None else [since])


@pytest.mark.integration
@pytest.mark.parametrize("last", [("withdrawn", NEED_A), need_met(NEED_A, "2026-01-02")])
def test_a_met_need_does_not_hide_an_open_one_of_its_day(
    worker: Client, database: Database, last: tuple[str, dict[str, Any]]
) -> None:
    case = opened(worker)
    for position, (name, data) in enumerate(
        [noted(NEED_A), need_met(NEED_A, "2026-01-01"), noted(SAME_DAY), last, noted(SAME_DAY)], 1
    ):
        hear(database, received(case, f"support.urgent_need.{name}", position, **data))
    service = {"service_type": "medical_emergency", "delivered_on": "2026-01-01", "met_urgent_need": True}
    hear(database, received(case, "support.service.delivered", 6, **service, revision=2))
    assert [item["since"] for item in items(worker, case)] == ["2026-01-01"], "a revision of the service of A"
    _, data = need_met(SAME_DAY, "2026-01-03")
    hear(database, received(case, "support.urgent_need.met", 7, **data))
    assert items(worker, case) == []


@pytest.mark.integration
@pytest.mark.hazard("H-DANGER-9", control="corrected-need-by-id")
@pytest.mark.parametrize("is_known", [True, False])
@pytest.mark.parametrize(
    "closing",
    [
        [("withdrawn", NEED_A), ("withdrawn", SAME_DAY)],
        [("withdrawn", SAME_DAY), ("withdrawn", NEED_A)],
        [need_met(NEED_A, "2026-01-02"), need_met(SAME_DAY, "2026-01-02")],
        [need_met(SAME_DAY, "2026-01-02"), need_met(NEED_A, "2026-01-02")],
    ],
)
def test_a_need_that_is_corrected_to_the_day_of_another_one_is_listed_next_to_it(
    worker: Client, database: Database, closing: list[tuple[str, dict[str, Any]]], is_known: bool
) -> None:
    case = opened(worker)
    name, data = noted(SAME_DAY)
    known = [need_met(NEED_A, "2026-01-02"), ("reopened", NEED_A)] if is_known else []
    steps = [noted(NEED_A), *known, ("withdrawn", NEED_B), (name, {**data, "need": SAME_DAY["need"]}), *closing]
    listed = []
    for position, (name, data) in enumerate(steps, 1):
        hear(database, received(case, f"support.urgent_need.{name}", position, **data))
        listed.append([item["since"] for item in items(worker, case)])
    assert listed[-3:] == [["2026-01-01"], ["2026-01-01"], []]


@pytest.mark.integration
@pytest.mark.parametrize(
    ("last", "listed"),
    [(need_met(NEED_A, "2026-01-02"), []), (("withdrawn", NEED_B), []), (("withdrawn", NEED_A), ["2026-01-02"])],
)
def test_a_need_that_an_earlier_release_listed_is_closed_by_its_events(
    worker: Client, database: Database, last: tuple[str, dict[str, Any]], listed: list[str]
) -> None:
    case, day = opened(worker), date(2026, 1, 2)
    of_support = {"source": "support", "state": "open", "listed": True, "doubts": []}
    row = {"what": rules.URGENT_NEED, "key": "medical_emergency", "code": "medical_emergency", "since": day}
    with database.transaction() as session:
        session.execute(insert(HeardDue).values(case_id=UUID(case), due_on=day, **row, **of_support))
    hear(database, received(case, f"support.urgent_need.{last[0]}", 1, **last[1]))
    assert [item["since"] for item in items(worker, case)] == listed


@pytest.mark.integration
def test_what_support_puts_right_is_put_right_on_the_list(worker: Client, database: Database) -> None:
    case, plan, alert = opened(worker), str(uuid4()), str(uuid4())
    need = {"need": str(uuid4()), "service_type": "medical_emergency", "noted_on": "2026-03-01"}
    met = {**need, "service": str(uuid4()), "met_on": "2026-03-03"}
    corrected = {"record": plan, "record_class": "plan", "revision": 2, "reason": "not_so"}
    steps: list[tuple[Any, set[tuple[str, str | None]]]] = [
        (
            received(case, "support.urgent_need.noted", 1, needs=["medical_emergency"], noted_on="2026-03-01"),
            {("urgent_need", "2026-03-01")},
        ),
        (received(case, "support.urgent_need.met", 2, **met), set()),
        (received(case, "support.urgent_need.reopened", 3, **need), {("urgent_need", "2026-03-01")}),
        (received(case, "support.urgent_need.withdrawn", 4, **need), set()),
        (received(case, "support.plan.agreed", 5, plan=plan, review_on="2026-05-01"), {("plan_review", "2026-05-01")}),
        (received(case, "support.record.corrected", 6, **corrected), set()),
        (
            received(case, "support.plan.agreed", 7, plan=plan, review_on="2026-06-01", revision=3),
            {("plan_review", "2026-06-01")},
        ),
        (
            received(case, "support.record.corrected", 8, **{**corrected, "record": str(uuid4())}),
            {("plan_review", "2026-06-01")},
        ),
        (
            received(case, "support.alert.raised", 9, alert=alert, urgency="today", raised_at="2026-02-01T08:00:00Z"),
            {("plan_review", "2026-06-01"), ("alert", "2026-02-01")},
        ),
        (
            received(case, "support.alert.ended", 10, alert=alert, reason="not_so", ended_at="2026-02-02T08:00:00Z"),
            {("plan_review", "2026-06-01")},
        ),
    ]
    for event, expected in steps:
        hear(database, event)
        assert {(item["what"], item["due_on"]) for item in items(worker, case)} == expected, event.key


@pytest.mark.integration
def test_what_waits_in_a_matter_is_there_for_those_alone_who_work_on_it(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    case = opened(worker)
    adviser, apart = (joined(worker, door, case, "legal_adviser") for _ in range(2))
    supervisor = Client(door, "supervisor")
    led = {"supervisor": str(supervisor.subject), "member": str(adviser.subject)}
    told(Client(door, "operator").ask("POST", "/v1/supervisions", led))
    before = [everything_due(each, case) for each in (worker, apart, supervisor)]
    hear(database, matter_task(case, 1, "2026-01-09", adviser.subject))
    [item] = items(adviser, case)
    assert (item["what"], item["code"], item["due_on"], item["group"]) == (
        "matter_task",
        "key_date",
        "2026-01-09",
        "unclear",
    )
    assert "members" not in item
    assert [item["what"] for item in told(adviser.ask("GET", f"/v1/cases/{case}"))["due"]] == ["matter_task"]
    assert [everything_due(each, case) for each in (worker, apart, supervisor)] == before, "the lead's neither"
    hear(database, matter_task(case, 2, "2026-05-09", adviser.subject))
    assert [item["due_on"] for item in items(adviser, case)] == ["2026-05-09"], "a day that moved is there once"
    hear(database, received(case, "legal.matter_task.done", 3, task=str(UUID(int=8)), kind="key_date"))
    assert items(adviser, case) == []


@pytest.mark.integration
def test_support_sees_what_to_arrange_for_a_day_and_advisers_do_not(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    case = opened(worker)
    support, apart = (joined(worker, door, case, role) for role in ("support_worker", "legal_adviser"))
    before = everything_due(apart, case)
    needed = {"help": str(UUID(int=8)), "arrangement": "childcare"}
    hear(database, received(case, "legal.hearing_help.set", 1, **needed, needed_on="2026-06-08"))
    [item] = items(support, case)
    assert (item["what"], item["code"], item["due_on"]) == ("hearing_help", "childcare", "2026-06-08")
    assert item["reference"] == needed["help"], "and nothing that leads to the hearing"
    assert everything_due(apart, case) == before
    hear(database, received(case, "legal.hearing_help.set", 2, **needed, needed_on="2026-07-06"))
    assert [item["due_on"] for item in items(support, case)] == ["2026-07-06"]
    hear(database, received(case, "legal.hearing_help.done", 3, help=needed["help"]))
    assert items(support, case) == []


@pytest.mark.integration
def test_money_that_was_awarded_stands_with_who_advises_until_it_has_come(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    case = opened(worker)
    adviser, support = (joined(worker, door, case, role) for role in ("legal_adviser", "support_worker"))
    award = {"award": str(UUID(int=8)), "remedy": "GB.CICA"}
    hear(database, received(case, "legal.award_task.set", 1, **award, due_on=None))
    assert [(item["what"], item["code"], item["group"]) for item in items(adviser, case)] == [
        ("award_unpaid", "GB.CICA", "undated")
    ]
    hear(database, received(case, "legal.award_task.set", 2, **award, due_on="2026-06-08"))
    assert [item["due_on"] for item in items(adviser, case)] == ["2026-06-08"]
    assert items(support, case) == []
    hear(database, received(case, "legal.award_task.done", 3, award=award["award"]))
    assert items(adviser, case) == []


@pytest.mark.integration
def test_a_hearing_that_is_near_asks_how_the_person_is_reached(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    case = opened(worker)
    adviser, apart = (joined(worker, door, case, "legal_adviser") for _ in range(2))
    before = everything_due(apart, case)
    near, far = (str(date.today() + timedelta(days=days)) for days in (10, 20))  # noqa: DTZ011 - as the service has it
    hearing = {"task": str(UUID(int=8)), "kind": "hearing", "unclear": False, "members": [str(adviser.subject)]}
    hear(database, received(case, "legal.matter_task.set", 1, **hearing, due_on=far))
    assert [item["what"] for item in items(adviser, case)] == ["matter_task"]
    hear(database, received(case, "legal.matter_task.set", 2, **hearing, due_on=near))
    assert {item["what"] for item in items(adviser, case)} == {"matter_task", "hearing_unreachable"}
    assert everything_due(apart, case) == before
    done(worker, case, "safe-contact", ANY_TIME, method="PUT")
    assert [item["what"] for item in items(adviser, case)] == ["matter_task"]


def everything_due(client: Client, case: str) -> list[Any]:
    """Return all replies with due items, without the id of the request."""
    answers = (client.ask("GET", path) for path in ("/v1/work-list", f"/v1/cases/{case}", "/v1/queues/supervision"))
    return [(answer.status_code, {**answer.get_json(), "instance": None}) for answer in answers]


@pytest.mark.integration
def test_a_lead_who_does_not_see_health_is_shown_none_of_it(door: RequestPipeline, database: Database) -> None:
    adviser = Client(door, "legal_adviser")
    case = opened(adviser)
    hear(
        database,
        received(case, "support.urgent_need.noted", 1, needs=["medical_emergency"]),
        received(case, "support.alert.raised", 2, alert=str(uuid4()), urgency="today"),
    )
    assert {item["what"] for item in items(adviser, case)} == {"alert"}
    [line] = told(adviser.ask("GET", "/v1/work-list"))["cases"]
    assert line["lead"] is True


@pytest.mark.integration
def test_a_reconsideration_is_pending_until_it_is_decided(worker: Client, database: Database) -> None:
    case = opened(worker, jurisdiction="GB-EAW")
    asked = {"stage": "reasonable_grounds", "requested_on": "2026-03-02"}
    hear(database, received(case, "legal.reconsideration.requested", **asked))
    pending = [item for item in items(worker, case) if item["what"] == "reconsideration_pending"]
    assert [(item["code"], item["due_on"], item["group"]) for item in pending] == [
        ("reasonable_grounds", None, "undated")
    ]
    for step in (
        {"stage": "referred", "made_elsewhere": True},
        {"stage": "reasonable_grounds", "outcome": "negative", "made_elsewhere": True},
        {"stage": "reconsideration", "outcome": "positive", "made_elsewhere": True},
    ):
        told(worker.ask("POST", f"/v1/cases/{case}/identification", step), 201)
    assert "reconsideration_pending" not in {item["what"] for item in items(worker, case)}


@pytest.mark.integration
def test_requested_advice_and_its_follow_ups_are_listed_until_they_end(worker: Client, database: Database) -> None:
    case, asked, after = opened(worker), str(uuid4()), str(uuid4())
    hear(database, received(case, "legal.advice.requested", request=asked, asked_on="2026-03-02"))
    hear(database, received(case, "legal.advice.follow_up_planned", follow_up=after, due_on="2026-03-09"))
    ours = [item for item in items(worker, case) if item["what"].startswith("advice_")]
    assert [(item["what"], item["reference"], item["due_on"]) for item in ours] == [
        ("advice_unmet", asked, "2026-03-02"),
        ("advice_follow_up", after, "2026-03-09"),
    ]
    hear(database, received(case, "legal.advice.request_ended", request=asked))
    hear(database, received(case, "legal.advice.follow_up_done", follow_up=after))
    assert not [item for item in items(worker, case) if item["what"].startswith("advice_")]


def request(case: str, fact: UUID, position: int, verb: str = "recorded", **different: Any) -> Any:
    """Return legal's event about a request to reconsider a negative decision."""
    said = {"fact": str(fact), "revision": 1, "kind": "reconsideration_requested", "happened": "2026-03-02"}
    beside = {"learnt": "2026-03-02", "about": None, "stage": "reasonable_grounds", "withdrawn": verb == "withdrawn"}
    return received(case, f"legal.fact.{verb}", position, **{**said, **beside, "reason": None, **different})


@pytest.mark.integration
def test_a_reconsideration_that_was_recorded_wrongly_leaves_the_list(worker: Client, database: Database) -> None:
    case, first, twice = opened(worker, jurisdiction="GB-EAW"), UUID(int=1), UUID(int=2)
    asked = {"stage": "reasonable_grounds", "requested_on": "2026-03-02"}

    def pending() -> list[tuple[str, str | None, str]]:
        found = [item for item in items(worker, case) if item["what"] == "reconsideration_pending"]
        return [(item["code"], item["since"], item["source"]) for item in found]

    hear(database, received(case, "legal.reconsideration.requested", 1, **asked), request(case, first, 2))
    hear(database, received(case, "legal.reconsideration.requested", 3, **asked), request(case, twice, 4))
    assert pending() == [("reasonable_grounds", "2026-03-02", "legal")]
    taken_back = {"revision": 2, "reason": "recorded_twice"}
    hear(database, request(case, twice, 5, "withdrawn", **taken_back))
    assert pending() == [("reasonable_grounds", "2026-03-02", "legal")], "the other one stands"
    hear(database, request(case, first, 6, "corrected", revision=2, reason="more_exact_date", happened="2026-03-05"))
    assert pending() == [("reasonable_grounds", "2026-03-05", "legal")]
    hear(database, request(case, first, 7, "withdrawn", revision=3, reason="not_so"))
    assert pending() == []


@pytest.mark.integration
def test_a_reconsideration_recorded_at_intake_is_pending_until_a_decision_changes_it(worker: Client) -> None:
    case = opened(worker, jurisdiction="GB-EAW")
    negative = {"stage": "reasonable_grounds", "outcome": "negative", "made_elsewhere": True}
    told(worker.ask("POST", f"/v1/cases/{case}/identification", {**negative, "occurred_on": "2026-01-02"}), 201)
    asked = {"kind": "reconsideration_requested", "stage": "reasonable_grounds", "happened": "2026-01-16"}
    told(worker.ask("POST", f"/v1/cases/{case}/facts", asked), 201)
    [item] = [item for item in items(worker, case) if item["what"] == "reconsideration_pending"]
    assert (item["code"], item["since"], item["source"]) == ("reasonable_grounds", "2026-01-16", "intake")
    positive = {**negative, "outcome": "positive", "occurred_on": "2026-02-13"}
    told(worker.ask("POST", f"/v1/cases/{case}/identification", positive), 201)
    assert "reconsideration_pending" not in {item["what"] for item in items(worker, case)}


@pytest.mark.integration
@pytest.mark.parametrize("happened", ["2026-03", "2026"])
def test_a_reconsideration_with_a_vague_date_is_pending_despite_an_earlier_decision(
    worker: Client, happened: str
) -> None:
    case = opened(worker, jurisdiction="GB-EAW")
    for outcome, day in (("negative", "2025-05-02"), ("positive", "2025-06-30"), ("negative", "2025-12-15")):
        step = {"stage": "reasonable_grounds", "outcome": outcome, "made_elsewhere": True, "occurred_on": day}
        received_then = {"received_on": day}
        last = told(worker.ask("POST", f"/v1/cases/{case}/identification", {**step, **received_then}), 201)["id"]
    asked = {"kind": "reconsideration_requested", "stage": "reasonable_grounds", "happened": happened, "about": last}
    told(worker.ask("POST", f"/v1/cases/{case}/facts", asked), 201)
    [item] = [item for item in items(worker, case) if item["what"] == "reconsideration_pending"]
    assert (item["code"], item["since"]) == ("reasonable_grounds", None)


def repeated(client: Client, case: str) -> set[tuple[str, str]]:
    """Return the proposed duplicates in the work list: the class of records, and the record."""
    found = [item for item in items(client, case) if item["what"] == "duplicate_proposed"]
    assert {item["group"] for item in found} <= {"undated"}
    return {(item["code"], item["reference"]) for item in found}


DETECTED = {
    "indicators": ["abuse_of_vulnerability"],
    "exploitation_types": ["ForcedLabour"],
    "means_of_control": ["unknown"],
    "detector": "ngo",
    "last_incident_on": "2025-08-31",
    "detected_on": "2026-03-02",
}


#: Duplicate records: the class under which the list shows them -> the path, and the body.
TOLD_TWICE: dict[str, tuple[str, dict[str, Any]]] = {
    "detection": ("detections", DETECTED),
    "consent": (
        "consents",
        {
            "agency": "GB.SCA",
            "purposes": ["referral_to_official_identification"],
            "data_categories": ["identity"],
            "language": "bg",
            "checklist": ["told_purpose", "told_uses", "told_withdrawal"],
            "granted_on": "2026-03-02",
            "expires_on": (date.today() + timedelta(days=300)).isoformat(),  # noqa: DTZ011 - as above
        },
    ),
    "deadline": (
        "identification",
        {"stage": "referred", "authority": "GB.SCA", "made_elsewhere": True, "happened": "2025-12-12T16:20:00Z"},
    ),
}


@pytest.mark.integration
@pytest.mark.parametrize("record_class", TOLD_TWICE)
def test_a_case_shows_its_duplicates_although_it_has_no_other_rare_records(worker: Client, record_class: str) -> None:
    case = opened(worker, jurisdiction="GB-EAW")
    path, body = TOLD_TWICE[record_class]
    _first, second = (told(worker.ask("POST", f"/v1/cases/{case}/{path}", body), 201)["id"] for _ in range(2))
    due = told(worker.ask("GET", f"/v1/cases/{case}"))["due"]
    assert [item["reference"] for item in due if item["what"] == rules.DUPLICATE] == [second]


NO_RECORDS: dict[str, list[dict[str, Any]]] = {
    part: [] for part in (*rules.MAY_REPEAT, "detections", "facts", "heard_facts")
}
#: Records of a case for which the work list does not query the rare sources of due items.
PLAIN: dict[str, list[dict[str, Any]]] = {
    "detections": [{}],
    "facts": [{"id": uuid4(), "kind": "law", "happened": "2026-01-05"}],
    "consents": [{"alike": None, "answer_due_on": None}],
    "referrals": [{"alike": None, "returned_to": None}],
}
REQUEST = {"id": uuid4(), "kind": "reconsideration_requested", "happened": "unknown"}


def test_a_case_of_plain_records_is_asked_for_nothing_that_is_seldom_due() -> None:
    assert not rules.may_be_more(NO_RECORDS)
    assert not rules.may_be_more({**NO_RECORDS, **PLAIN})
    corrected = [{**PLAIN["facts"][0], "revision": revision} for revision in (1, 2)]
    assert not rules.may_be_more({**NO_RECORDS, "facts": corrected}), "a fact that was put right is one"


@pytest.mark.parametrize(
    "records",
    [
        {"detections": [{}, {}]},
        {"facts": [PLAIN["facts"][0], {**PLAIN["facts"][0], "id": uuid4()}]},
        {"facts": [REQUEST]},
        {"heard_facts": [REQUEST]},
        {"referrals": [{"alike": None, "returned_to": uuid4()}]},
        {"consents": [{"alike": None, "answer_due_on": date(2026, 3, 2)}]},
        *({part: [{"alike": uuid4(), "answer_due_on": None, "returned_to": None}]} for part in rules.MAY_REPEAT),
    ],
    ids=lambda records: next(iter(records)),
)
def test_each_record_that_leaves_room_for_what_is_seldom_due_does_so_by_itself(
    records: dict[str, list[dict[str, Any]]],
) -> None:
    assert rules.may_be_more({**NO_RECORDS, **PLAIN, **records})


def test_reading_a_case_checks_each_kind_of_record_that_can_have_duplicates() -> None:
    tables = [record.__table__ for _record_class, record in RECORDS]
    assert {name for name, part in WHOLE.parts.items() if part.table in tables} == set(rules.MAY_REPEAT)


@pytest.mark.integration
def test_what_was_recorded_twice_is_proposed_until_one_is_taken_back_or_they_are_two(worker: Client) -> None:
    case = opened(worker, jurisdiction="GB-EAW")
    second = {}
    for record_class, (path, body) in TOLD_TWICE.items():
        told(worker.ask("POST", f"/v1/cases/{case}/{path}", body), 201)
        assert repeated(worker, case) == set(second.items()), record_class
        again = told(worker.ask("POST", f"/v1/cases/{case}/{path}", body), 201)
        second[record_class] = again["id"]
        assert again["alike"], record_class
    assert repeated(worker, case) == set(second.items())
    read = {item["reference"] for item in told(worker.ask("GET", f"/v1/cases/{case}"))["due"]}
    assert set(second.values()) <= read

    correction = {"reason": "recorded_twice"}
    for record_class in ("detection", "consent"):
        path, _ = TOLD_TWICE[record_class]
        told(worker.ask("POST", f"/v1/cases/{case}/{path}/{second[record_class]}/correction", correction), 201)
    assert repeated(worker, case) == {("deadline", second["deadline"])}
    done(worker, case, f"due/{second['deadline']}/acknowledgement")
    assert repeated(worker, case) == set(), "somebody says that they are two"


@pytest.mark.integration
def test_of_facts_counts_what_each_says_by_now(worker: Client) -> None:
    case = opened(worker, jurisdiction="GB-EAW")
    fact = {"kind": "reconsideration_requested", "stage": "reasonable_grounds", "happened": "2026-01-05"}
    noted = [told(worker.ask("POST", f"/v1/cases/{case}/facts", fact), 201)["id"] for _ in range(3)]

    def correct(fact: str, **correction: str) -> None:
        told(worker.ask("POST", f"/v1/cases/{case}/facts/{fact}/correction", correction), 201)

    first, *later = sorted(noted)
    assert repeated(worker, case) == {("deadline", each) for each in later}
    correct(first, reason="more_exact_date", happened="2026-01-04")
    assert repeated(worker, case) == {("deadline", later[1])}, "it says something else by now"
    correct(first, reason="more_exact_date", happened="2026-01-05")
    assert repeated(worker, case) == {("deadline", each) for each in later}, "and is one of them once more"
    for taken_back in later:
        correct(taken_back, reason="recorded_twice")
    assert repeated(worker, case) == set()


@pytest.mark.integration
def test_a_request_that_a_person_makes_twice_on_a_day_is_two(worker: Client) -> None:
    case = opened(worker)
    for _ in range(2):
        asked = {"kind": "rights_request", "right": "erasure", "happened": "2026-03-02"}
        told(worker.ask("POST", f"/v1/cases/{case}/facts", asked), 201)
    assert repeated(worker, case) == set()


@pytest.mark.integration
def test_a_decision_waits_for_its_referral_until_one_is_on_file(worker: Client) -> None:
    case = opened(worker, jurisdiction="GB-EAW")
    step = {"made_elsewhere": True, "authority": "GB.SCA"}
    negative = {**step, "stage": "reasonable_grounds", "outcome": "negative", "occurred_on": "2025-12-19"}
    path = f"/v1/cases/{case}/identification"
    decision = told(worker.ask("POST", path, {**negative, "received_on": "2026-01-02"}), 201)["id"]
    [missing] = [item for item in items(worker, case) if item["what"] == "referral_missing"]
    assert (missing["code"], missing["reference"]) == ("reasonable_grounds", decision)
    assert (missing["since"], missing["due_on"], missing["group"]) == ("2026-01-02", "2026-01-02", "overdue")
    referred = {**step, "stage": "referred", "occurred_on": "2025-12-12"}
    wrong = told(worker.ask("POST", path, referred), 201)["id"]
    assert "referral_missing" not in {item["what"] for item in items(worker, case)}
    told(worker.ask("POST", f"{path}/{wrong}/correction", {"reason": "not_taken"}), 201)
    assert "referral_missing" in {item["what"] for item in items(worker, case)}, "one that was none is none on file"
    told(worker.ask("POST", f"{path}/{decision}/correction", {"reason": "not_taken"}), 201)
    assert "referral_missing" not in {item["what"] for item in items(worker, case)}


@pytest.mark.integration
def test_an_entry_that_nobody_decided_waits_for_advice_since_the_detection(worker: Client, database: Database) -> None:
    case = opened(worker, jurisdiction="GB-EAW")

    def unadvised() -> list[str]:
        return [item["since"] for item in items(worker, case) if item["what"] == rules.ENTRY_UNADVISED]

    assert unadvised() == [], "nothing points to exploitation yet"
    told(worker.ask("POST", f"/v1/cases/{case}/detections", {**DETECTED, "detected_on": "2026-02-20"}), 201)
    assert unadvised() == ["2026-02-20"]
    advice = {"phase": "before_entry_decision", "given_on": "2026-02-24"}
    hear(database, received(case, "legal.advice.recorded", 1, version=2, status="unavailable", **advice))
    assert unadvised() == ["2026-02-20"], "that there was none is no advice"
    hear(database, received(case, "legal.advice.recorded", 2, version=2, status="given", **advice))
    assert unadvised() == []


@pytest.mark.integration
@pytest.mark.hazard("H-DEADLINE-8", control="undecided-keeps-the-prompt")
def test_somebody_undecided_keeps_the_prompt_for_advice_until_advised_or_decided(worker: Client) -> None:
    for then in ({"decision": "decline", "advice": "unavailable"}, {"decision": "undecided", "advice": "given"}):
        case = opened(worker, jurisdiction="GB-EAW")
        told(worker.ask("POST", f"/v1/cases/{case}/detections", DETECTED), 201)
        for said in ({"decision": "undecided", "advice": "unavailable"}, then):
            assert rules.ENTRY_UNADVISED in {item["what"] for item in items(worker, case)}
            told(worker.ask("POST", f"/v1/cases/{case}/entry-decisions", said), 201)
        assert rules.ENTRY_UNADVISED not in {item["what"] for item in items(worker, case)}


@pytest.mark.integration
@pytest.mark.hazard("H-DEADLINE-8", control="wages-withheld")
def test_a_detection_of_withheld_wages_states_that_as_a_fact_until_it_is_withdrawn(worker: Client) -> None:
    case = opened(worker, jurisdiction="GB-EAW")

    def withheld() -> list[tuple[str, str, bool]]:
        facts = told(worker.ask("GET", f"/v1/cases/{case}/facts"))["facts"]
        return [(f["happened"], f["learnt"], f["withdrawn"]) for f in facts if f["kind"] == "wages_withheld"]

    signs = {**DETECTED, "indicators": ["isolation"]}
    told(worker.ask("POST", f"/v1/cases/{case}/detections", signs), 201)
    assert withheld() == []
    signs |= {"indicators": ["withholding_of_wages"], "detected_on": "2026-02-20"}
    detection = told(worker.ask("POST", f"/v1/cases/{case}/detections", signs), 201)["id"]
    assert withheld() == [("unknown", "2026-02-20", False)]
    correction = {"reason": "recorded_twice", "withdrawn": True}
    told(worker.ask("POST", f"/v1/cases/{case}/detections/{detection}/correction", correction), 201)
    assert withheld() == [("unknown", "2026-02-20", True)]


@pytest.mark.integration
@pytest.mark.hazard("H-DEADLINE-8", control="each-day-is-asked-for")
def test_withheld_wages_name_the_end_of_work_of_their_own_detection(worker: Client) -> None:
    case = opened(worker, jurisdiction="GB-EAW")
    signs = {**DETECTED, "indicators": ["withholding_of_wages"]}

    def of(kind: str) -> list[dict[str, Any]]:
        return [f for f in told(worker.ask("GET", f"/v1/cases/{case}/facts"))["facts"] if f["kind"] == kind]

    told(worker.ask("POST", f"/v1/cases/{case}/detections", {**signs, "work_ended_on": "2026-02-02"}), 201)
    [ended], [wages] = of("work_ended"), of("wages_withheld")
    assert wages["about"] == ended["id"]
    # Another employer: staff learn the day later.
    other = told(worker.ask("POST", f"/v1/cases/{case}/detections", {**signs, "detected_on": "2026-02-20"}), 201)["id"]
    assert sorted(str(f["about"]) for f in of("wages_withheld")) == sorted([ended["id"], "None"])
    correction = {"reason": "learnt_more", "work_ended_on": "2026-02-10"}
    told(worker.ask("POST", f"/v1/cases/{case}/detections/{other}/correction", correction), 201)
    assert {f["about"] for f in of("wages_withheld")} == {f["id"] for f in of("work_ended")}
    assert len(of("work_ended")) == 2
    # A withdrawn sign stays withdrawn.
    [second] = [f for f in of("wages_withheld") if f["about"] != ended["id"]]
    told(worker.ask("POST", f"/v1/cases/{case}/facts/{second['id']}/correction", {"reason": "not_so"}), 201)
    correction = {"reason": "learnt_more", "work_ended_on": "2026-02-12"}
    told(worker.ask("POST", f"/v1/cases/{case}/detections/{other}/correction", correction), 201)
    assert [f["withdrawn"] for f in of("wages_withheld") if f["id"] == second["id"]] == [True]


@pytest.mark.integration
def test_a_new_decision_is_said_until_somebody_has_seen_to_it(worker: Client) -> None:
    case = opened(worker, jurisdiction="GB-EAW")
    path = f"/v1/cases/{case}/identification"
    made: dict[str, str] = {}
    for outcome in ("negative", "positive"):
        step = {"stage": "reasonable_grounds", "outcome": outcome, "made_elsewhere": True, "received_on": "2026-02-02"}
        made[outcome] = told(worker.ask("POST", path, step), 201)["id"]

    def decisions() -> set[tuple[str, str, str]]:
        found = [item for item in items(worker, case) if item["what"] in rules.DECISIONS]
        return {(item["what"], item["code"], item["since"]) for item in found}

    negative = ("decision_negative", "reasonable_grounds", "2026-02-02")
    assert decisions() == {negative, ("decision_positive", "reasonable_grounds", "2026-02-02")}
    done(worker, case, f"due/{made['positive']}/acknowledgement")
    assert decisions() == {negative}
    told(worker.ask("POST", f"{path}/{made['negative']}/correction", {"reason": "not_taken"}), 201)
    assert decisions() == set()


@pytest.mark.integration
def test_a_hearing_of_somebody_missing_is_said_to_those_alone_who_work_on_the_matter(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    case = opened(worker)
    adviser = joined(worker, door, case, "legal_adviser")
    hearing = {"task": str(UUID(int=8)), "kind": rules.HEARING, "due_on": "2026-04-01", "unclear": False}
    hear(database, received(case, "legal.matter_task.set", 1, **hearing, members=[str(adviser.subject)]))
    absence = {"task": str(UUID(int=9)), "kind": rules.OF_ABSENCE[0]}

    def said_to(client: Client) -> list[str]:
        shown = told(client.ask("GET", f"/v1/cases/{case}"))["due"]
        return [item["due_on"] for item in shown if item["what"] == rules.HEARING_MISSING]

    assert said_to(adviser) == []
    hear(database, received(case, "support.task.set", 1, **absence, due_on="2026-03-02"))
    assert (said_to(adviser), said_to(worker)) == (["2026-04-01"], [])
    hear(database, received(case, "support.task.done", 2, **absence))
    assert said_to(adviser) == []


@pytest.mark.integration
def test_a_birthday_is_told_to_the_month_and_to_the_day_to_who_reads_the_birth(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    case = opened(worker)
    supervisor = Client(door, "supervisor")
    hear(database, period(case, "started", code="GB.CICA", due_on="2028-10-01", other_due_on="2028-10-31", birthday=20))
    done(worker, case, "person", {"birth": {"date": "2008-10-17", "disputed": False}}, method="PUT")
    [item] = told(worker.ask("GET", f"/v1/cases/{case}"))["due"]
    assert (item["due_on"], item["due_on_exact"], item["birthday"]) == ("2028-10-01", "2028-10-17", 20)
    assert "2028-10-17" not in str(told(worker.ask("GET", "/v1/work-list")))
    told(supervisor.ask("POST", f"/v1/cases/{case}/break-glass", {"reason": "danger_to_life"}), 201)
    seen = told(supervisor.ask("GET", f"/v1/cases/{case}"))
    assert "identity" not in seen["withheld"]


@pytest.mark.integration
def test_what_intake_keeps_is_due_too(worker: Client, database: Database) -> None:
    case = opened(worker)
    soon = date.today() + timedelta(days=10)  # noqa: DTZ011 - as the time source has it, near enough
    with database.transaction() as session:
        session.execute(insert(AskedAnew).values(case_id=UUID(case), since=date(2026, 9, 1)))
    consent = {
        "agency": "NL.COMENSHA",
        "purposes": ["referral_for_support"],
        "data_categories": ["health"],
        "language": "bg",
        "checklist": ["told_purpose", "told_uses", "told_withdrawal"],
        "granted_on": "2026-03-02",
        "expires_on": soon.isoformat(),
    }
    told(worker.ask("POST", f"/v1/cases/{case}/consents", consent), 201)
    told(worker.ask("POST", f"/v1/cases/{case}/access-requests", {"kind": "copy", "received_on": "2026-01-31"}), 201)
    found = {item["what"]: item for item in items(worker, case)}
    # The month for a request about rights is a period too, because it is counted by the law of the case.
    assert set(found) == {"own_consent", "consent_ends", "access_request", "period"}
    assert found["consent_ends"]["due_on"] == soon.isoformat()
    assert found["access_request"]["due_on"] == "2026-02-28"

    far = {**consent, "granted_on": "2026-10-01", "expires_on": (soon + timedelta(days=300)).isoformat()}
    told(worker.ask("POST", f"/v1/cases/{case}/consents", far), 201)
    assert {item["what"] for item in items(worker, case)} == {"access_request", "period"}


@pytest.mark.integration
def test_a_withdrawal_that_the_agency_has_not_answered_is_due_within_the_month(
    worker: Client, database: Database
) -> None:
    case = opened(worker)
    consent = {
        "agency": "NL.COMENSHA",
        "purposes": ["referral_for_support"],
        "data_categories": ["health"],
        "language": "bg",
        "checklist": ["told_purpose", "told_uses", "told_withdrawal"],
        "expires_on": (date.today() + timedelta(days=300)).isoformat(),  # noqa: DTZ011 - as above
    }
    granted = told(worker.ask("POST", f"/v1/cases/{case}/consents", consent), 201)["id"]
    done(worker, case, f"consents/{granted}/withdrawal", {"erase_requested": True})
    [item] = items(worker, case)
    assert (item["what"], item["code"]) == ("withdrawal_unanswered", id_of("NL.COMENSHA")), "it is one agency's answer"
    assert date.fromisoformat(item["due_on"]) - date.fromisoformat(item["since"]) == timedelta(days=30)
    told(worker.ask("POST", f"/v1/cases/{case}/consents/{granted}/answers", {"answer": "deleted"}), 201)
    assert items(worker, case) == []


@pytest.mark.integration
def test_nothing_of_a_case_is_told_to_whom_the_person_excluded(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    case = opened(worker)
    hear(database, period(case, "started"))
    adviser = joined(worker, door, case, "legal_adviser")
    assert items(adviser, case)
    told(worker.ask("POST", f"/v1/cases/{case}/exclusions", {"kind": "worker", "member": str(adviser.subject)}), 201)
    assert told(adviser.ask("GET", "/v1/work-list"))["cases"] == []
    assert adviser.ask("POST", f"/v1/cases/{case}/due/{UUID(int=7)}/acknowledgement").status_code == 404


@pytest.mark.integration
def test_a_case_with_something_open_is_closed_with_a_reason(worker: Client, database: Database) -> None:
    case = opened(worker)
    hear(
        database,
        period(case, "started", kind="target"),
        received(case, "support.urgent_need.noted", 1, needs=["medical_emergency"]),
        received(case, "support.plan.agreed", 2, plan=str(uuid4()), review_on="2026-05-01"),
    )
    refused = done(worker, case, "closure", {"reason": "moved_on"}, status=409)
    assert {(error["rule"], error["message"]) for error in refused["errors"]} == {
        ("period", "period: GB.RECONSIDER"),
        ("urgent_need", "urgent need: medical_emergency"),
    }
    done(worker, case, "closure", {"reason": "moved_on", "although_open": "others_go_on"})
    shown = told(worker.ask("GET", f"/v1/cases/{case}"))
    assert (shown["status"], shown["closed_although"]) == ("closed", "others_go_on")
    done(worker, case, "reopening", {"reason": "person_came_back"})
    assert told(worker.ask("GET", f"/v1/cases/{case}"))["closed_although"] is None


@pytest.mark.integration
@pytest.mark.hazard("H-DANGER-8", control="second-person-reads-the-change")
def test_a_second_person_sees_which_case_would_be_closed_and_what_is_open_in_it(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    case, chief = opened(worker), Client(door, "supervisor")
    pair = {"supervisor": str(chief.subject), "member": str(worker.subject)}
    told(Client(door, "operator").ask("POST", "/v1/supervisions", pair))
    hear(database, period(case, "started"), received(case, "support.urgent_need.noted", 1, needs=["medical_emergency"]))
    closing = {"reason": "moved_on", "although_open": "others_go_on"}
    told(worker.ask("POST", f"/v1/cases/{case}/closing-proposals", closing), 201)
    [plain] = told(chief.ask("GET", "/v1/confirmations"))["confirmations"]
    assert not {"number", "open", "although_open", "closed_on"} & plain.keys()
    [shown] = told(chief.ask("GET", "/v1/confirmations", query={"with": "names"}))["confirmations"]
    assert shown["number"] == told(worker.ask("GET", f"/v1/cases/{case}"))["number"]
    assert (shown["although_open"], shown["closed_on"]) == ("others_go_on", None)
    left = [(each["what"], each["code"]) for each in shown["open"]]
    assert left == [("period", "GB.RECONSIDER"), ("urgent_need", "medical_emergency")]


@pytest.mark.integration
def test_a_reason_is_kept_only_where_something_was_open(worker: Client) -> None:
    case = opened(worker)
    done(worker, case, "closure", {"reason": "moved_on", "although_open": "other"})
    assert told(worker.ask("GET", f"/v1/cases/{case}"))["closed_although"] is None


@pytest.mark.integration
@pytest.mark.hazard("H-DEADLINE-13", control="who-checks")
def test_a_limit_of_legal_reaches_adviser_and_support_worker_with_its_doubts(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    case = opened(worker)
    law, code = "GB-EAW", "GB.RG"
    known = profile(law).clocks[code][-1]
    rule = {"jurisdiction": law, "code": code, "rule_version": known.version}
    doubts = {"certainty": "unclear", "doubts": ["start_unknown"]}
    hear(database, period(case, "started", 1, **rule, **doubts))
    hear(database, period(case, "started", 2, UUID(int=8), **rule | {"rule_version": "1900-01-01"}))
    for role in ("legal_adviser", "support_worker"):
        listed = [item for item in items(joined(worker, door, case, role), case) if item["what"] == rules.PERIOD]
        by_clock = {item["reference"]: item for item in listed}
        found = by_clock[str(UUID(int=7))]
        assert (found["certainty"], found["doubts"], found["check"]) == ("unclear", ["start_unknown"], known.check)
        assert by_clock[str(UUID(int=8))]["check"] == "lawyer", "a rule that this release does not know"


@pytest.mark.integration
@pytest.mark.hazard("H-DEADLINE-10", control="house-hears-decisions")
def test_each_decision_reaches_the_supporters_until_they_acknowledge_it(worker: Client, door: RequestPipeline) -> None:
    case = opened(worker, jurisdiction="GB-EAW")
    path = f"/v1/cases/{case}/identification"
    adviser, *house = (joined(worker, door, case, role) for role in ("legal_adviser", "support_worker", "counsellor"))

    def listed(client: Client) -> dict[str, str]:
        kinds = (*rules.DECISIONS, *rules.SUPPORT_DECISIONS)
        return {item["what"]: item["reference"] for item in items(client, case) if item["what"] in kinds}

    made = {}
    for outcome in ("positive", "negative", "suspended", "withdrawn", "disqualified"):
        step = {"stage": "conclusive_grounds", "outcome": outcome, "made_elsewhere": True, "received_on": "2026-02-02"}
        made[outcome] = told(worker.ask("POST", path, step), 201)["id"]
    assert {len({*rules.DECISIONS}), len({*rules.SUPPORT_DECISIONS})} == {4}
    assert listed(adviser).keys() == rules.DECISIONS.keys()
    assert all(listed(member).keys() == rules.SUPPORT_DECISIONS.keys() for member in house)
    assert listed(worker).keys() == {*rules.DECISIONS, *rules.SUPPORT_DECISIONS}, "the lead has all"
    done(adviser, case, f"due/{made['disqualified']}/acknowledgement")
    assert "decision_disqualified" not in listed(adviser)
    assert all("support_disqualified" in listed(member) for member in house)
    done(house[0], case, f"due/{listed(house[0])['support_disqualified']}/acknowledgement")
    assert all("support_disqualified" not in listed(member) for member in (*house, worker))
    told(worker.ask("POST", f"{path}/{made['positive']}/correction", {"reason": "not_taken"}), 201)
    assert all("support_positive" not in listed(member) for member in house)
