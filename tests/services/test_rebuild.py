"""Rebuild the projections of intake's events at legal and support while cases change, and after a killed process."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import inspect, text

from deploy.cli import servers
from services.intake.service import EMITS
from shared.access.permissions import Relation
from shared.access.tokens import STAFF, Principal
from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.events.envelope import Announcement
from shared.exchange import cursor, eventlog, rebuild
from shared.exchange.eventlog import ORIGIN, Origin
from shared.exchange.feed import Page
from shared.exchange.follower import Follower, Guard
from shared.exchange.follower.apply import Application
from shared.exchange.rebuild import Rebuilder, requests
from shared.exchange.relay import Relay
from shared.runtime.process import ServiceParts
from shared.store.database import Database
from tests.kit import databases
from tests.kit.logfeed import LogFeed
from tests.kit.loops import running
from tests.kit.sealing import SEALER, verifier
from tests.kit.waiting import PATIENCE, wait_until

pytestmark = pytest.mark.integration

rebuild.POLL_SECONDS = 0.05

DAY = date(2026, 3, 2)
OPENED = {
    "jurisdiction": "NL",
    "source": "self",
    "channel": "phone",
    "language": "bg",
    "anonymous": False,
    "age": "adult",
    "opened_on": DAY,
    "urgent_needs": ["accommodation_emergency"],
}
STEP = {
    "jurisdiction": "NL",
    "authority": None,
    "occurred_on": "2026-03",
    "received_on": DAY,
    "made_elsewhere": False,
}
DETECTED = {
    "jurisdiction": "NL",
    "indicators": [],
    "strength": "weak",
    "exploitation_types": [],
    "means_of_control": [],
    "sectors": [],
    "detector": "self",
    "earliest_incident_on": "2025-03",
    "work_ended_on": None,
    "detected_on": DAY,
}
#: The number of rows that each journey adds to these tables.
PICTURES = {
    "legal": {
        "cases": 1,
        "case_team": 2,
        # Law and age, one incident, three steps, one of them in a second revision, and a decision.
        "heard_facts": 8,
        "identification_facts": 4,
        "exclusions": 1,
        "supervisions": 1,
        "broken_glass": 1,
        "joined_cases": 1,
    },
    "support": {
        "cases": 1,
        "case_team": 2,
        "recoveries": 1,
        "known_people": 1,
        "known_decisions": 1,
        "exclusions": 1,
        "supervisions": 1,
        "broken_glass": 1,
        "joined_cases": 1,
    },
}


def joined(member: UUID) -> Announcement:
    return Announcement("team.member_added", {"member": member, "role": "caseworker", "lead": False})


def left(member: UUID) -> Announcement:
    return Announcement("team.member_removed", {"member": member})


def excluded_twice() -> list[Announcement]:
    """Record two exclusions, one of which is lifted."""
    kept, lifted = uuid4(), uuid4()
    told = [
        Announcement("exclusion.recorded", {"exclusion": each, "kind": "worker", "member": uuid4(), "agency": None})
        for each in (kept, lifted)
    ]
    return [*told, Announcement("exclusion.lifted", {"exclusion": lifted})]


def broken() -> Announcement:
    told = {"glass": uuid4(), "member": uuid4(), "reason": "danger_to_life", "until": datetime.now(UTC)}
    return Announcement("access.glass_broken", told)


def supervision(verb: str, supervisor: UUID, member: UUID) -> Announcement:
    return Announcement(f"supervision.{verb}", {"supervisor": supervisor, "member": member})


def merge(verb: str, which: UUID, kept: UUID) -> Announcement:
    return Announcement(f"case.{verb}", {"merge": which, "kept": kept, "alias": uuid4()})


def clock(name: str, which: UUID, **more: Any) -> Announcement:
    told = {"clock": which, "code": "NL.RECOVERY_MIN", "kind": "minimum", **more}
    return Announcement(f"clock.{name}", told)


def started(which: UUID) -> Announcement:
    law = {"jurisdiction": "NL", "rule_version": "2020-01-01", "verify": False}
    return clock("started", which, began_on=DAY, due_on=date(2026, 4, 2), **law)


def step(stage: str, which: UUID | None = None) -> Announcement:
    known = {} if which is None else {"step": which}
    return Announcement("identification.submitted", {**STEP, **known, "stage": stage})


def decided(which: UUID) -> Announcement:
    told = {**STEP, "step": which, "stage": "presumed", "outcome": "positive", "reconsidered": None}
    return Announcement("identification.decided", told)


def corrected(which: UUID) -> Announcement:
    told = {"step": which, "stage": "report_made", "reason": "wrong_date", "corrected_on": DAY}
    return Announcement("identification.corrected", told)


class IntakeFeed(LogFeed):
    """Intake's feed, as the only source with events."""

    def fetch(self, source: str, *, after: int, limit: int = 200, subject: UUID | None = None) -> Page:
        page = super().fetch(source, after=after, limit=limit, subject=subject)
        return page if source == "intake" else Page([], 0, page.epochs)


@dataclass
class Journeys:
    """A source, and a follower with a service's own parts."""

    service: str
    parts: ServiceParts
    source: Database
    source_url: str
    target: Database
    target_url: str
    uri: str

    def tell(self, case: UUID, *told: Announcement) -> None:
        with self.source.transaction(ORIGIN.holding(Origin(EMITS))) as session:
            eventlog.record(session, case, told)

    def journey(self) -> tuple[UUID, UUID, UUID]:
        """Record a case from its opening to its end; return it, the current member of its team, and the former one."""
        case, stayer, leaver, period = (uuid4() for _ in range(4))
        self.tell(case, Announcement("contact.opened", OPENED), joined(stayer), joined(leaver), joined(uuid4()))
        self.tell(case, Announcement("detection.recorded", DETECTED), started(period), step("signal"))
        wrong = uuid4()
        self.tell(case, left(leaver), step("report_made", wrong), clock("stopped", period), corrected(wrong))
        self.tell(case, clock("woken", period, due_on=date(2026, 4, 2)), step("report_made"), decided(uuid4()))
        self.tell(case, clock("reached", period, due_on=date(2026, 4, 2)))
        self.tell(
            case, Announcement("case.closed", {"reason": "goals_met", "closed_on": DAY}), *excluded_twice(), broken()
        )
        self.tell(stayer, supervision("began", stayer, leaver), supervision("began", stayer, uuid4()))
        self.tell(stayer, supervision("ended", stayer, leaver))
        stands, parted = uuid4(), uuid4()
        self.tell(parted, merge("merged", parted, case), merge("unmerged", parted, case))
        self.tell(stands, merge("merged", stands, case))
        return case, stayer, leaver

    def may(self, case: UUID, member: UUID) -> bool:
        who = Principal(str(member), frozenset({"caseworker"}), STAFF)
        with self.target.transaction() as session:
            return self.parts.cases.admission(session, case, who).relation is Relation.TEAM

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """Return every row of every projection, without columns that are no part of it."""
        pictures = [each for one in self.parts.following.projections for each in one.tables]
        keys = {
            each.table: inspect(self.target.engine).get_pk_constraint(each.table)["constrained_columns"]
            for each in pictures
        }
        with self.target.transaction() as session:
            return {
                each.table: [
                    {name: value for name, value in row.items() if name != each.version}
                    for row in session.execute(
                        text(f"select * from {each.table} order by {', '.join(keys[each.table])}")  # noqa: S608
                    ).mappings()
                ]
                for each in pictures
            }

    def wait_until_followed(self) -> None:
        def stands() -> bool:
            with self.source.transaction() as session:
                head = eventlog.number(session)
            with self.target.transaction() as session:
                return cursor.read_state(session, "intake").position == head

        wait_until(stands, "all is followed", 90)

    @contextmanager
    def following(self) -> Iterator[None]:
        following = self.parts.following
        application, feed = Application(self.target, following), IntakeFeed(self.source)
        with ExitStack() as stack:
            for loop in (
                Relay(
                    self.source,
                    service="intake",
                    database_url=self.source_url,
                    amqp_uri=self.uri,
                    sealer=SEALER,
                ),
                Follower(self.target, following, application, feed, self.uri, verifier()),
                Guard(self.target, following, application, feed, self.uri, verifier()),
            ):
                stack.enter_context(running(loop))
            yield

    @contextmanager
    def rebuilding(self) -> Iterator[None]:
        following = self.parts.following
        application = Application(self.target, following)
        with running(Rebuilder(self.target, following, application, IntakeFeed(self.source), self.target_url)):
            yield

    def ask(self) -> UUID:
        with self.target.transaction() as session:
            return requests.request(session, "an operator")[0]

    def shown(self, which: UUID) -> dict[str, Any]:
        with self.target.transaction() as session:
            return requests.show(session, which) or {}

    def differed(self, which: UUID) -> dict[str, int]:
        """Wait until a rebuild has ended; return the number of rows that differed in each table."""
        wait_until(lambda: self.shown(which)["ended_at"] is not None, "the rebuild ends", 90)
        assert self.shown(which)["state"] == "done", self.shown(which)
        return {each["table"]: each["differed"] for each in self.shown(which)["tables"]}


@pytest.fixture(params=PICTURES)
def journeys(
    request: pytest.FixtureRequest,
    database: Database,
    fresh_database: str,
    postgres: servers.PostgresServer,
    vhost: str,
) -> Iterator[Journeys]:
    service = str(request.param)
    with databases.opened(postgres, service) as (target, url):
        target.provide(TIME_SOURCE, TimeSource(movable=True))
        with database.transaction() as session:
            eventlog.begin_epoch_if_restored(session)
        parts = import_module(f"services.{service}.service").PARTS
        yield Journeys(service, parts, database, fresh_database, target, url, vhost)


@pytest.mark.promise("REL-21")
def test_rebuilt_pictures_equal_the_old_ones_and_access_answers_all_the_while(journeys: Journeys) -> None:
    nothing = dict.fromkeys(journeys.rows(), 0)
    over, answers = threading.Event(), set()

    def look() -> None:
        while not over.is_set():
            answers.add(
                tuple((journeys.may(case, stayer), journeys.may(case, leaver)) for case, stayer, leaver in known)
            )

    def live() -> None:
        while not over.is_set():
            journeys.journey()

    with journeys.following(), journeys.rebuilding():
        known = [journeys.journey() for _ in range(5)]
        journeys.wait_until_followed()
        others = [threading.Thread(target=each) for each in (look, live)]
        for each in others:
            each.start()
        try:
            assert [journeys.differed(journeys.ask()) for _ in range(2)] == [nothing] * 2
        finally:
            over.set()
            for each in others:
                each.join()
        journeys.wait_until_followed()
        before = journeys.rows()
        assert journeys.differed(journeys.ask()) == nothing
        assert journeys.rows() == before
        for table, rows_each in PICTURES[journeys.service].items():
            assert len(before[table]) == rows_each * len(before["cases"])
    assert answers == {((True, False),) * len(known)}


@pytest.mark.promise("REL-21")
@pytest.mark.parametrize("point", ["rebuild.in_build", "rebuild.in_swap"])
def test_a_rebuild_whose_process_is_killed_goes_on_and_ends_right(
    journeys: Journeys, point: str, tmp_path: Path
) -> None:
    with journeys.following():
        for _ in range(6):
            journeys.journey()
        journeys.wait_until_followed()
    before, order = journeys.rows(), tmp_path / "order"
    with journeys.target.transaction() as session:
        session.execute(text("delete from case_team"))
    which = journeys.ask()
    order.write_text(f"{journeys.service}:{point}", encoding="ascii")
    with process(journeys, order) as killed:
        assert killed.wait(PATIENCE) == -9
    assert journeys.rows()["case_team"] == [], "nothing of it is seen yet"
    assert journeys.shown(which)["ended_at"] is None
    with process(journeys, order):
        assert journeys.differed(which) == {
            **dict.fromkeys(before, 0),
            "case_team": len(before["case_team"]),
        }
    assert journeys.rows() == before


@contextmanager
def process(journeys: Journeys, order: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A separate process that runs the rebuild; the test ends it afterwards."""
    script = Path(__file__).parents[1] / "kit" / "rebuild_process.py"
    told = {**os.environ, "CASEPATH_CRASH_AT": str(order), "CASEPATH_ENVIRONMENT": "development"}
    told["PYTHONPATH"] = str(Path(__file__).parents[2])
    command = [sys.executable, str(script), journeys.source_url, journeys.target_url, journeys.service]
    found = subprocess.Popen(command, env=told, stdout=subprocess.DEVNULL)
    try:
        yield found
    finally:
        found.kill()
        found.wait()
