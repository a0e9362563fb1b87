"""Safeguarding alerts: who is told when, exactly once, by the clock, and who may say that they take care."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from deploy.cli import servers
from services.intake.events import EMITS as INTAKE
from services.support.alert.models import Alert
from services.support.case.models import TeamMember
from services.support.delivery.actions import note_urgent_needs
from shared.access import case_restrictions
from shared.deadlines.time_source import TimeSource
from shared.deadlines.timers import Timers
from shared.events.contract import Received
from shared.events.envelope import Announcement
from shared.exchange import eventlog, holds
from shared.exchange.eventlog import ORIGIN, Origin
from shared.exchange.follower import Follower, Guard
from shared.exchange.follower.apply import Application
from shared.exchange.relay import Relay
from shared.store.database import Database
from tests.kit.client import Client
from tests.kit.harness import Harness, harness
from tests.kit.logfeed import LogFeed
from tests.kit.loops import running
from tests.kit.sealing import SEALER
from tests.kit.waiting import wait_until

pytestmark = pytest.mark.integration

RAISED = datetime(2026, 3, 2, 22, 50, tzinfo=UTC)
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
DANGER = {"danger_type": "trafficker_contact", "urgency": "immediate"}


@pytest.fixture
def support(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("support", postgres) as found:
        found.move_clock(RAISED)
        yield found


def fire(support: Harness, minutes: int, replicas: int = 2) -> None:
    """Move the clock by minutes since the alert was raised; every replica looks at once what has come due."""
    support.move_clock(RAISED + timedelta(minutes=minutes))
    emits, handlers = support.parts.following.emits, support.parts.on_timer
    runners = [Timers(support.database, TimeSource(movable=True), emits, handlers) for _ in range(replicas)]
    threads = [threading.Thread(target=each.fire_due) for each in runners]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


def escalations(support: Harness) -> list[tuple[int, str]]:
    return [(data["level"], data["told"]) for name, data in support.announced() if name == "alert.escalated"]


def told_of(who: Client) -> list[str]:
    return [each["id"] for each in who.told("GET", "/v1/alerts")["alerts"]]


def acknowledge(who: Client, alert: str) -> int:
    return who.ask("POST", f"alerts/{alert}/acknowledgement").status_code


def test_the_team_is_told_at_once_and_others_only_as_nobody_answers(support: Harness) -> None:
    worker, lead = support.member("support_worker"), support.member("caseworker", lead=True)
    colleague, above = support.member("legal_adviser"), support.supervisor_of(worker)
    elsewhere, officer = support.staff("supervisor"), support.staff("data_protection_officer")
    alert = worker.told("POST", "alerts", DANGER, 201)["id"]
    everybody = {
        "worker": worker, "lead": lead, "colleague": colleague, "above": above, "elsewhere": elsewhere, "dpo": officer
    }  # fmt: skip

    def told() -> set[str]:
        return {name for name, who in everybody.items() if told_of(who) == [alert]}

    assert told() == {"worker", "lead"}
    fire(support, 4)
    assert told() == {"worker", "lead"}
    fire(support, 5)
    assert told() == {"worker", "lead", "above"}
    fire(support, 15)
    assert told() == {"worker", "lead", "above", "elsewhere"}
    fire(support, 60)
    assert told() == {"worker", "lead", "above", "elsewhere", "dpo"}
    assert escalations(support) == [(1, "supervisors"), (2, "every_supervisor"), (3, "data_protection")]


@pytest.mark.parametrize("jump", [60, 60 * 24 * 90])
def test_each_level_is_told_once_by_two_replicas_and_in_order_though_time_jumps(support: Harness, jump: int) -> None:
    support.supervisor_of(support.member("support_worker"))
    support.member("counsellor").told("POST", "alerts", DANGER, 201)
    fire(support, jump, replicas=4)
    fire(support, jump + 60)
    assert [level for level, _told in escalations(support)] == [1, 2, 3]


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


def test_whoever_was_not_told_finds_no_alert(support: Harness) -> None:
    worker = support.member("support_worker")
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


def test_whoever_leaves_the_team_is_told_no_more(support: Harness) -> None:
    worker, lead = support.member("support_worker"), support.member("caseworker", lead=True)
    alert = lead.told("POST", "alerts", DANGER, 201)["id"]
    assert told_of(worker) == [alert]
    with support.database.transaction() as session:
        session.execute(delete(TeamMember).where(TeamMember.member == worker.subject))
    assert told_of(worker) == []
    assert acknowledge(worker, alert) == 404


def test_an_alert_of_an_erased_case_goes_up_no_more_and_stops_no_other(support: Harness) -> None:
    worker = support.member("support_worker")
    for _each in range(2):
        worker.told("POST", "alerts", DANGER, 201)
    with support.database.transaction() as session:
        session.execute(delete(Alert).where(Alert.id == select(Alert.id).limit(1).scalar_subquery()))
    fire(support, 60)
    assert [level for level, _told in escalations(support)] == [2, 3]


@pytest.mark.parametrize("urgency", ["today", "this_week"])
def test_what_is_less_urgent_goes_up_more_slowly(support: Harness, urgency: str) -> None:
    support.supervisor_of(support.member("support_worker"))
    support.member("counsellor").told("POST", "alerts", {**DANGER, "urgency": urgency}, 201)
    fire(support, 14)
    assert escalations(support) == []
    fire(support, 60)
    assert [level for level, _told in escalations(support)] == {"today": [1, 2], "this_week": [1]}[urgency]


def test_a_danger_met_at_intake_becomes_one_alert_here_with_the_same_id(
    support: Harness, database: Database, fresh_database: str, vhost: str
) -> None:
    alert, lead = uuid4(), uuid4()
    application, feed = Application(support.database, support.parts.following), LogFeed(database)
    with database.transaction() as session:
        eventlog.begin_epoch_if_restored(session)
    loops = (
        Relay(database, service="intake", database_url=fresh_database, amqp_uri=vhost, sealer=SEALER),
        Follower(support.database, support.parts.following, application, feed, vhost),
        Guard(support.database, support.parts.following, application, feed, vhost),
    )
    joined = Announcement("team.member_added", {"member": lead, "role": "caseworker", "lead": True})

    def team() -> list[UUID]:
        with support.database.transaction() as session:
            return list(session.scalars(select(TeamMember.member).where(TeamMember.case_id == support.case)))

    with ExitStack() as stack:
        for loop in loops:
            stack.enter_context(running(loop))
        with database.transaction(ORIGIN.holding(Origin(INTAKE))) as session:
            eventlog.record(session, support.case, [joined])
        # A danger overtakes whatever the follower has not applied yet: without a team, every supervisor would be told.
        wait_until(lambda: lead in team(), "support knows the team")
        with database.transaction(ORIGIN.holding(Origin(INTAKE))) as session:
            eventlog.record(session, support.case, [Announcement("danger.flagged", {"alert": alert, **DANGER})])
        wait_until(lambda: bool(support.announced()), "support raises the alert")
    assert support.announced() == [
        ("alert.raised", {"alert": str(alert), "urgency": "immediate", "level": 0, "told": "team"})
    ]
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
        Follower(support.database, following, application, feed, vhost),
        Guard(support.database, following, application, feed, vhost),
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
