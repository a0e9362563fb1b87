"""Safeguarding alerts: the notified people at each time, exactly once, and the people who can acknowledge them."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from deploy.cli import servers
from services.intake.service import EMITS as INTAKE
from services.support.cases.case.models import TeamMember
from services.support.help.delivery.actions import note_urgent_needs
from services.support.risks.alert.models import Alert
from shared.access import case_restrictions, staff
from shared.events.contract import Received
from shared.events.envelope import Announcement
from shared.exchange import eventlog, holds
from shared.exchange.eventlog import ORIGIN, Origin
from shared.exchange.follower import Follower, Guard
from shared.exchange.follower.apply import Application
from shared.exchange.relay import Relay
from shared.store.database import Database
from tests.kit.alerts import DANGER, RAISED, acknowledge, escalations, fire, told_of, waiting_for
from tests.kit.client import Client
from tests.kit.harness import Harness, harness
from tests.kit.hearing import Told, hear
from tests.kit.logfeed import LogFeed
from tests.kit.loops import running
from tests.kit.sealing import SEALER, verifier
from tests.kit.staff import register
from tests.kit.waiting import wait_until

pytestmark = pytest.mark.integration

OPENED = {
    "jurisdiction": "NL",
    "source": "self",
    "channel": "chat",
    "language": "bg",
    "anonymous": False,
    "age": "adult",
    "opened_on": RAISED.date(),
    "urgent_needs": ["medical"],
}


@pytest.fixture
def support(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("support", postgres) as found:
        found.move_clock(RAISED)
        yield found


def of_another(support: Harness, *roles: str) -> Client:
    """Return a staff member of another agency."""
    who = support.staff(*roles)
    register(support.database, who.subject, agency=uuid4())
    return who


def test_the_team_is_told_at_once_and_others_only_as_nobody_answers(support: Harness) -> None:
    worker, lead = support.member("support_worker"), support.member("caseworker", lead=True)
    colleague, above = support.member("legal_adviser"), support.supervisor_of(worker)
    house, elsewhere = support.staff("supervisor"), of_another(support, "supervisor")
    alert = worker.told("POST", "alerts", DANGER, 201)["id"]
    everybody = {
        "worker": worker, "lead": lead, "colleague": colleague, "above": above, "house": house, "elsewhere": elsewhere,
        "dpo": support.staff("data_protection_officer"),
    }  # fmt: skip

    def told() -> set[str]:
        return {name for name, who in everybody.items() if alert in (*told_of(who), *waiting_for(who))}

    assert told() == {"worker", "lead"}
    fire(support, 4)
    assert told() == {"worker", "lead"}
    fire(support, 5)
    assert told() == {"worker", "lead", "above"}
    fire(support, 10)
    assert told() == {"worker", "lead", "above", "house"}
    fire(support, 15)
    assert told() == {"worker", "lead", "above", "house", "elsewhere"}
    fire(support, 60)
    assert told() == set(everybody) - {"colleague"}
    told_to = [(1, "supervisors"), (2, "agency_supervisors"), (3, "every_supervisor"), (4, "data_protection")]
    assert escalations(support) == told_to


@pytest.mark.hazard("H-DANGER-2", control="alert-reaches-a-colleague")
@pytest.mark.parametrize("has_supervisor", [True, False])
def test_an_alert_reaches_a_colleague_at_once_if_only_its_raiser_is_on_the_team(
    support: Harness, has_supervisor: bool
) -> None:
    lead, house = support.member("caseworker", lead=True), support.staff("supervisor")
    above = support.supervisor_of(lead) if has_supervisor else house
    alert = lead.told("POST", "alerts", DANGER, 201)["id"]
    assert (told_of(lead), told_of(above)) == ([alert], [alert])
    [raised] = [data for name, data in support.announced() if name == "alert.raised"]
    assert raised["told"] == ("supervisors" if has_supervisor else "agency_supervisors")


@pytest.mark.hazard("H-DANGER-2", control="alert-reaches-a-colleague")
@pytest.mark.parametrize("colleagues", [0, 1])
def test_a_danger_from_another_service_reaches_two_people_in_case_one_recorded_it(
    support: Harness, colleagues: int
) -> None:
    lead = support.member("caseworker", lead=True)
    above = support.supervisor_of(lead)
    for _each in range(colleagues):
        support.member("counsellor")
    hear(support, ("danger.flagged", {"alert": str(uuid4()), **DANGER}))
    assert len(told_of(lead)) == 1
    assert len(told_of(above)) == 1 - colleagues


@pytest.mark.hazard("H-DANGER-2", control="alert-reaches-a-colleague")
def test_a_supervisor_who_raises_an_alert_is_not_the_one_to_whom_it_goes_up(support: Harness) -> None:
    adviser = support.member("legal_adviser")
    above, house = support.supervisor_of(adviser), support.staff("supervisor")
    alert = above.told("POST", "alerts", DANGER, 201)["id"]
    assert told_of(house) == [alert]


@pytest.mark.parametrize("jump", [60, 60 * 24 * 90])
def test_each_level_is_told_once_by_two_replicas_and_in_order_though_time_jumps(support: Harness, jump: int) -> None:
    support.supervisor_of(support.member("support_worker"))
    support.member("counsellor").told("POST", "alerts", DANGER, 201)
    fire(support, jump, replicas=4)
    fire(support, jump + 60)
    assert [level for level, _told in escalations(support)] == [1, 2, 3, 4]


def test_a_named_person_ends_the_escalation_and_is_named(support: Harness) -> None:
    worker = support.member("support_worker")
    alert = worker.told("POST", "alerts", DANGER, 201)["id"]
    fire(support, 5)
    before = escalations(support)
    assert acknowledge(worker, alert) == 201
    assert acknowledge(support.member("counsellor"), alert) == 201, "twice is as good as once"
    fire(support, 600)
    assert escalations(support) == before
    assert [data["by"] for name, data in support.announced() if name == "alert.acknowledged"] == [str(worker.subject)]
    assert told_of(worker) == []
    [shown] = worker.told("GET", "")["alerts"]
    assert shown["acknowledged_by"] == str(worker.subject)


@pytest.mark.hazard("H-DESK-6", control="taken-alerts-stay-visible")
def test_an_acknowledged_alert_stays_visible_to_the_team_until_it_ends(support: Harness) -> None:
    worker, counsellor, cousin = (support.member("support_worker"), *(support.member("counsellor") for _ in range(2)))
    support.exclude(cousin)
    alert = worker.told("POST", "alerts", DANGER, 201)["id"]

    def taken(who: Client) -> list[Any]:
        return [each["id"] for each in who.told("GET", "/v1/alerts?with=taken")["taken"]]

    assert taken(counsellor) == []
    acknowledge(worker, alert)
    [shown] = counsellor.told("GET", "/v1/alerts?with=taken")["taken"]
    assert (shown["id"], shown["case"], shown["acknowledged_by"]) == (alert, str(support.case), str(worker.subject))
    assert taken(worker) == [alert]
    assert [taken(each) for each in (cousin, support.staff("supervisor"), support.staff("counsellor"))] == [[], [], []]
    assert "taken" not in counsellor.told("GET", "/v1/alerts")
    worker.told("POST", f"alerts/{alert}/ending", {"reason": "made_safe"}, 201)
    assert taken(counsellor) == []


def test_whoever_was_not_told_finds_no_alert(support: Harness) -> None:
    worker, _colleague = support.member("support_worker"), support.member("counsellor")
    elsewhere, officer = support.staff("supervisor"), support.staff("data_protection_officer")
    cousin = support.staff("supervisor")
    support.exclude(cousin)
    alert = worker.told("POST", "alerts", DANGER, 201)["id"]
    for each in (elsewhere, officer, cousin, support.staff("caseworker")):
        assert acknowledge(each, alert) == acknowledge(each, str(uuid4())) == 404
    fire(support, 60)
    assert told_of(cousin) == []
    assert acknowledge(cousin, alert) == 404
    assert acknowledge(worker, str(uuid4())) == 404
    assert acknowledge(elsewhere, alert) == 201


def test_whom_the_person_excluded_counts_as_nobody(support: Harness) -> None:
    worker = support.member("support_worker")
    support.exclude(worker)
    support.member("legal_adviser").ask("GET", "")
    raiser = support.member("caseworker")
    raiser.told("POST", "alerts", DANGER, 201)
    assert [data["told"] for name, data in support.announced() if name == "alert.raised"] == ["every_supervisor"]
    assert told_of(worker) == []


def test_whom_the_person_excluded_keeps_no_alert_from_the_others(support: Harness) -> None:
    worker, counsellor = support.member("support_worker"), support.member("counsellor")
    above = support.supervisor_of(counsellor)
    support.exclude(support.staff("caseworker"))
    alert = worker.told("POST", "alerts", DANGER, 201)["id"]
    fire(support, 5)
    assert [told_of(who) for who in (worker, counsellor, above)] == [[alert]] * 3


def test_whoever_leaves_the_team_is_told_no_more(support: Harness) -> None:
    worker, lead = support.member("support_worker"), support.member("caseworker", lead=True)
    alert = lead.told("POST", "alerts", DANGER, 201)["id"]
    assert told_of(worker) == [alert]
    with support.database.transaction() as session:
        session.execute(delete(TeamMember).where(TeamMember.member == worker.subject))
    assert told_of(worker) == []
    assert acknowledge(worker, alert) == 404


def test_an_alert_of_an_erased_case_goes_up_no_more_and_stops_no_other(support: Harness) -> None:
    worker, _colleague = support.member("support_worker"), support.member("counsellor")
    for _each in range(2):
        worker.told("POST", "alerts", DANGER, 201)
    with support.database.transaction() as session:
        session.execute(delete(Alert).where(Alert.id == select(Alert.id).limit(1).scalar_subquery()))
    fire(support, 60)
    assert [level for level, _told in escalations(support)] == [3, 4]


@pytest.mark.parametrize("urgency", ["today", "this_week"])
def test_what_is_less_urgent_goes_up_more_slowly(support: Harness, urgency: str) -> None:
    support.supervisor_of(support.member("support_worker"))
    support.member("counsellor").told("POST", "alerts", {**DANGER, "urgency": urgency}, 201)
    fire(support, 14)
    assert escalations(support) == []
    fire(support, 60)
    assert [level for level, _told in escalations(support)] == {"today": [1, 2, 3], "this_week": [1]}[urgency]


def test_a_danger_met_at_intake_becomes_one_alert_here_with_the_same_id(
    support: Harness, database: Database, fresh_database: str, vhost: str
) -> None:
    alert, lead, colleague = uuid4(), uuid4(), uuid4()
    application, feed = Application(support.database, support.parts.following), LogFeed(database)
    with database.transaction() as session:
        eventlog.begin_epoch_if_restored(session)
    loops = (
        Relay(database, service="intake", database_url=fresh_database, amqp_uri=vhost, sealer=SEALER),
        Follower(support.database, support.parts.following, application, feed, vhost, verifier()),
        Guard(support.database, support.parts.following, application, feed, vhost, verifier()),
    )
    joined = [
        Announcement("team.member_added", {"member": lead, "role": "caseworker", "lead": True}),
        Announcement("team.member_added", {"member": colleague, "role": "counsellor", "lead": False}),
    ]

    def team() -> list[UUID]:
        with support.database.transaction() as session:
            return list(session.scalars(select(TeamMember.member).where(TeamMember.case_id == support.case)))

    with ExitStack() as stack:
        for loop in loops:
            stack.enter_context(running(loop))
        with database.transaction(ORIGIN.holding(Origin(INTAKE))) as session:
            eventlog.record(session, support.case, joined)
        # A danger is applied ahead of the follower's other events: without a known team, every supervisor would be
        # notified.
        wait_until(lambda: {lead, colleague} <= {*team()}, "support knows the team")
        with database.transaction(ORIGIN.holding(Origin(INTAKE))) as session:
            eventlog.record(session, support.case, [Announcement("danger.flagged", {"alert": alert, **DANGER})])
        wait_until(lambda: bool(support.announced()), "support raises the alert")
    raised = {
        "alert": str(alert),
        "urgency": "immediate",
        "level": 0,
        "told": "team",
        "revision": 1,
        "by_assessment": False,
        "about": "danger",
        "danger_type": "trafficker_contact",
    }
    assert support.announced() == [("alert.raised", {**raised, "raised_at": RAISED.isoformat()})]
    [shown] = support.staff("caseworker", subject=lead).told("GET", "/v1/alerts")["alerts"]
    assert (shown["id"], shown["case"], shown["danger_type"]) == (str(alert), str(support.case), "trafficker_contact")


def test_a_danger_does_not_wait_behind_what_failed_and_is_one_alert_all_the_same(
    support: Harness, database: Database, fresh_database: str, vhost: str
) -> None:
    alert, broken = uuid4(), [True]

    def fail(session: Session, received: Received) -> None:
        if broken:
            raise RuntimeError
        note_urgent_needs(session, received)

    planned = support.parts.following
    failing = [replace(each, act=fail) if each.act is note_urgent_needs else each for each in planned.reactions]
    following = replace(planned, reactions=tuple(failing))
    application, feed = Application(support.database, following), LogFeed(database)
    with database.transaction() as session:
        eventlog.begin_epoch_if_restored(session)
    loops = (
        Relay(database, service="intake", database_url=fresh_database, amqp_uri=vhost, sealer=SEALER),
        Follower(support.database, following, application, feed, vhost, verifier()),
        Guard(support.database, following, application, feed, vhost, verifier()),
    )

    def held() -> int:
        with support.database.transaction() as session:
            return len(holds.all_holds(session))

    with ExitStack() as stack:
        for loop in loops:
            stack.enter_context(running(loop))
        with database.transaction(ORIGIN.holding(Origin(INTAKE))) as session:
            eventlog.record(session, support.case, [Announcement("contact.opened", OPENED)])
        wait_until(lambda: held() == 1, "the case is held")
        with database.transaction(ORIGIN.holding(Origin(INTAKE))) as session:
            eventlog.record(session, support.case, [Announcement("danger.flagged", {"alert": alert, **DANGER})])
        wait_until(lambda: bool(support.announced()), "support raises the alert")
        assert held() == 1
        broken.clear()
        wait_until(lambda: held() == 0, "the case flows again", 30)
    assert [data["alert"] for name, data in support.announced() if name == "alert.raised"] == [str(alert)]
    assert "urgent_need.noted" in [name for name, _ in support.announced()]


def test_a_restricted_case_does_not_keep_anybody_from_raising_and_ending_an_alert(support: Harness) -> None:
    worker = support.member("support_worker")
    with support.database.transaction() as session:
        case_restrictions.restrict(session, support.case, uuid4())
    assert worker.ask("GET", "").status_code == 403
    alert = worker.told("POST", "alerts", DANGER, 201)["id"]
    assert told_of(worker) == [alert]
    assert acknowledge(worker, alert) == 201
    assert told_of(worker) == []


def test_an_alert_that_is_over_goes_up_no_more_and_ends_once(support: Harness) -> None:
    worker = support.member("support_worker")
    alert = worker.told("POST", "alerts", DANGER, 201)["id"]
    worker.told("POST", f"alerts/{alert}/ending", {"reason": "made_safe"}, 201)
    fire(support, 60)
    assert (escalations(support), told_of(worker)) == ([], [])
    assert worker.ask("POST", f"alerts/{alert}/ending", {"reason": "danger_over"}).status_code == 409
    [shown] = worker.told("GET", "")["alerts"]
    assert (shown["ended_by"], shown["end_reason"]) == (str(worker.subject), "made_safe")
    assert [(name, data.get("reason")) for name, data in support.announced() if name.startswith("alert.")] == [
        ("alert.raised", None),
        ("alert.ended", "made_safe"),
    ]


def test_an_alert_that_was_acknowledged_stays_open_until_it_is_over(support: Harness) -> None:
    worker = support.member("support_worker")
    alert = worker.told("POST", "alerts", DANGER, 201)["id"]
    assert acknowledge(worker, alert) == 201
    assert worker.told("GET", "")["alerts"][0]["ended_at"] is None
    worker.told("POST", f"alerts/{alert}/ending", {"reason": "danger_over"}, 201)
    assert worker.told("GET", "")["alerts"][0]["ended_at"] is not None


def test_an_alert_that_nobody_could_say_more_of_goes_up_like_an_immediate_one(support: Harness) -> None:
    support.supervisor_of(support.member("support_worker"))
    support.member("counsellor").told("POST", "alerts", {"danger_type": "unknown", "urgency": "unknown"}, 201)
    fire(support, 5)
    assert escalations(support) == [(1, "supervisors")]


def test_an_alert_of_another_urgency_than_was_said_goes_up_by_the_right_one(support: Harness) -> None:
    worker, _colleague = support.member("support_worker"), support.member("counsellor")
    above = support.supervisor_of(worker)
    alert = worker.told("POST", "alerts", {**DANGER, "urgency": "this_week"}, 201)["id"]
    fire(support, 9)
    assert escalations(support) == []
    worker.told("POST", f"alerts/{alert}/correction", {"reason": "learnt_more", "urgency": "immediate"}, 201)
    fire(support, 9)
    assert escalations(support) == [(1, "supervisors")]
    assert told_of(above) == [alert]
    raised = [data for name, data in support.announced() if name == "alert.raised"]
    assert [(data["urgency"], data["revision"]) for data in raised] == [("this_week", 1), ("immediate", 2)]


def test_an_alert_that_was_recorded_wrongly_is_taken_back_and_goes_up_no_more(support: Harness) -> None:
    worker = support.member("support_worker")
    alert = worker.told("POST", "alerts", {**DANGER, "happened": "unknown"}, 201)["id"]
    worker.told("POST", f"alerts/{alert}/correction", {"reason": "wrong_person"}, 201)
    fire(support, 60)
    assert (escalations(support), told_of(worker)) == ([], [])
    ended = [data["reason"] for name, data in support.announced() if name == "alert.ended"]
    assert ended == ["recorded_wrongly"]
    [shown] = worker.told("GET", "")["alerts"]
    assert shown["taken_back_at"] is not None


def removed(leaver: Client, heir: Client | None = None) -> Told:
    """Return intake's event that a member left the team, with the successor if the member left the agency."""
    handed = {} if heir is None else {"handed_to": str(heir.subject)}
    return "team.member_removed", {"member": str(leaver.subject), **handed}


def returns(support: Harness) -> list[tuple[int, object]]:
    return [(data["level"], data.get("to")) for name, data in support.announced() if name == "alert.returned"]


def test_an_alert_of_staff_who_left_returns_to_their_successor_and_escalates(
    support: Harness,
) -> None:
    leaver, heir, bystander = (support.member("legal_adviser") for _ in range(3))
    support.supervisor_of(heir)
    alert, other = raised_two(support)
    assert acknowledge(leaver, alert) == 201
    assert acknowledge(bystander, other) == 201
    fire(support, 600)
    assert escalations(support) == []

    hear(support, removed(leaver, heir))
    assert returns(support) == [(0, str(heir.subject))]
    assert (told_of(heir), told_of(bystander)) == ([alert], [])
    [shown] = [each for each in heir.told("GET", "")["alerts"] if each["id"] == alert]
    assert (shown["acknowledged_by"], shown["acknowledged_at"]) == (str(heir.subject), None)
    fire(support, 604)
    assert escalations(support) == [], "it has the time that a new one has"
    fire(support, 605)
    assert [level for level, _ in escalations(support)] == [1]
    assert acknowledge(heir, alert) == 201
    fire(support, 1_000)
    assert [level for level, _ in escalations(support)] == [1]
    assert told_of(heir) == []


def raised_two(support: Harness) -> tuple[str, str]:
    worker = support.member("support_worker")
    first, second = (worker.told("POST", "alerts", DANGER, 201)["id"] for _ in range(2))
    return first, second


def test_leaving_a_team_returns_no_acknowledged_alert_and_no_ended_alert(
    support: Harness,
) -> None:
    leaver, heir = support.member("support_worker"), support.member("support_worker")
    over, wrong, taken = (leaver.told("POST", "alerts", DANGER, 201)["id"] for _ in range(3))
    for alert in (over, wrong, taken):
        assert acknowledge(leaver, alert) == 201
    leaver.told("POST", f"alerts/{over}/ending", {"reason": "danger_over"}, 201)
    leaver.told("POST", f"alerts/{wrong}/correction", {"reason": "not_so"}, 201)
    hear(support, removed(leaver))
    assert returns(support) == []
    hear(support, removed(leaver, heir))
    assert returns(support) == [(0, str(heir.subject))]
    assert told_of(heir) == [taken]


def test_an_unanswered_returned_alert_goes_to_the_next_lead_after_its_own_interval(
    support: Harness,
) -> None:
    leaver, heir, next_one = (support.member("support_worker") for _ in range(3))
    alert = leaver.told("POST", "alerts", DANGER, 201)["id"]
    assert acknowledge(leaver, alert) == 201
    hear(support, removed(leaver, heir))
    fire(support, 4)
    hear(support, removed(heir, next_one))
    assert [to for _, to in returns(support)] == [str(heir.subject), str(next_one.subject)]
    assert escalations(support) == []
    fire(support, 5)
    assert len(escalations(support)) == 1, "that it changed hands gives it no more time"


def test_who_has_no_part_in_the_case_and_left_hands_their_alerts_back_to_its_team(support: Harness) -> None:
    worker, officer = support.member("support_worker"), support.staff("supervisor")
    alert = worker.told("POST", "alerts", DANGER, 201)["id"]
    fire(support, 15)
    assert acknowledge(officer, alert) == 201
    assert told_of(worker) == []
    with support.database.transaction() as session:
        staff.leave(session, officer.subject)
    left = {"member": str(officer.subject), "successor": str(uuid4())}
    hear(support, ("staff.left", left), case=officer.subject)
    assert returns(support) == [(0, None)]
    assert told_of(worker) == [alert]
    hear(support, ("staff.left", left), case=officer.subject)
    assert len(returns(support)) == 1


def test_whom_an_alert_came_back_to_and_who_is_off_the_team_is_told_of_it_no_more(support: Harness) -> None:
    leaver, heir = support.member("legal_adviser"), support.member("legal_adviser")
    alert, _ = raised_two(support)
    assert acknowledge(leaver, alert) == 201
    hear(support, removed(leaver, heir))
    assert told_of(heir) == [alert]
    hear(support, removed(heir))
    assert told_of(heir) == []


@pytest.mark.hazard("H-DANGER-12", control="unsafe-place-stays-inside")
def test_an_alert_about_an_unsafe_place_stays_inside_and_ends_for_agencies(support: Harness) -> None:
    def said() -> list[tuple[str, str]]:
        return [(name, data["about"]) for name, data in support.announced() if name in ("alert.raised", "alert.ended")]

    worker = support.member("caseworker", lead=True)
    alert = worker.told("POST", "alerts", {**DANGER, "danger_type": "unsafe_place"}, 201)["id"]
    worker.told("POST", f"alerts/{alert}/ending", {"reason": "made_safe"}, 201)
    assert said() == [("alert.raised", "kept_inside"), ("alert.ended", "kept_inside")]
    alert = worker.told("POST", "alerts", {**DANGER, "danger_type": "trafficker_contact"}, 201)["id"]
    corrected = {"reason": "learnt_more", "danger_type": "unsafe_place"}
    worker.told("POST", f"alerts/{alert}/correction", corrected, 201)
    assert said()[2:] == [("alert.raised", "danger"), ("alert.ended", "danger"), ("alert.raised", "kept_inside")]


@pytest.mark.hazard("H-DANGER-12", control="danger-reaches-protection")
def test_an_alert_that_no_agency_could_receive_is_announced_once_recorded_again(support: Harness) -> None:
    """Events of 0.2.0 do not state what an alert is about."""
    worker, alert = support.member("support_worker", lead=True), uuid4()
    named = {"danger_type": "flagged_by_worker", "urgency": "immediate", "level": 0}
    with support.database.transaction() as session:
        session.add(Alert(id=alert, case_id=support.case, **named, raised_at=RAISED, recorded_at=RAISED))
    for _ in range(2):
        note = {"kind": "assessment", "text": "Fictitious.", "danger": "danger_now"}
        worker.told("POST", "notes", note, 201)
    [raised] = [data for name, data in support.announced() if name == "alert.raised"]
    assert (raised["alert"], raised["revision"], raised["about"]) == (str(alert), 2, "danger")
