"""A minimal service that follows cases: intake's events decide who can read a case there, and what is erased."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from deploy.cli import servers
from services.intake.service import EMITS as INTAKE
from shared.events.envelope import Announcement
from shared.exchange import eventlog
from shared.exchange.eventlog import ORIGIN, Origin
from shared.exchange.follower.apply import Application
from shared.store.database import Database, engine_for
from tests.kit import databases
from tests.kit.client import Client, edge_of
from tests.kit.logfeed import LogFeed
from tests.shared.casework import skeleton

pytestmark = pytest.mark.integration

OPENED = {
    "jurisdiction": "RO",
    "source": "self",
    "channel": "phone",
    "language": "bg",
    "anonymous": False,
    "age": "adult",
    "opened_on": date(2026, 3, 2),
    "urgent_needs": [],
}


@dataclass
class World:
    """Intake's log, and the skeleton that follows it."""

    intake: Database
    skeleton: Database
    application: Application
    case: UUID
    position: int = 0

    def emit(self, *announcements: Announcement, about: UUID | None = None) -> None:
        """Record events at intake, and let the skeleton apply all new ones."""
        with self.intake.transaction(ORIGIN.holding(Origin(INTAKE))) as session:
            eventlog.record(session, about or self.case, announcements)
        page = LogFeed(self.intake).fetch("intake", after=self.position)
        self.application.take("intake", page.events)
        self.position = page.head

    def read(self, reader: Client) -> tuple[int, Any]:
        """Return the status and the body of a reader's request for the case."""
        reply = reader.ask("GET", f"/v1/cases/{self.case}")
        return reply.status_code, reply.get_json()

    def reader(self) -> Client:
        return Client(edge_of(self.skeleton, skeleton.PARTS), "caseworker", service=skeleton.Skeleton)


@pytest.fixture
def world(postgres: servers.PostgresServer, database: Database) -> Iterator[World]:
    name = f"skeleton{uuid4().hex[:8]}"
    target = Database(engine_for(databases.migrated_anew(postgres, name, skeleton.PARTS.migrations)))
    with database.transaction() as session:
        eventlog.begin_epoch_if_restored(session)
    yield World(database, target, Application(target, skeleton.PARTS.following), uuid4())
    target.engine.dispose()


def joined(member: UUID) -> Announcement:
    return Announcement("team.member_added", {"member": member, "role": "caseworker", "lead": False})


def test_a_stranger_is_refused_a_member_admitted_and_an_excluded_one_not(world: World) -> None:
    member, excluded, stranger = world.reader(), world.reader(), world.reader()
    world.emit(Announcement("contact.opened", OPENED), joined(member.subject), joined(excluded.subject))
    exclusion = {"exclusion": uuid4(), "kind": "worker", "member": excluded.subject, "agency": None}
    world.emit(Announcement("exclusion.recorded", exclusion))
    assert [world.read(who)[0] for who in (member, excluded, stranger)] == [200, 404, 404]
    world.emit(Announcement("exclusion.lifted", {"exclusion": exclusion["exclusion"]}))
    assert world.read(excluded)[0] == 200
    world.emit(Announcement("team.member_removed", {"member": member.subject}))
    assert world.read(member)[0] == 404


def test_a_case_is_shown_as_intake_says_it_is(world: World) -> None:
    member = world.reader()
    world.emit(joined(member.subject))
    status, shown = world.read(member)
    assert (status, shown["jurisdiction"], shown["status"]) == (200, None, "open")
    world.emit(Announcement("contact.opened", OPENED))
    assert world.read(member)[1]["jurisdiction"] == "RO"
    world.emit(Announcement("case.closed", {"reason": "goals_met", "closed_on": date(2026, 3, 9)}))
    closed = world.read(member)[1]
    assert (closed["jurisdiction"], closed["status"]) == ("RO", "closed")
    assert closed["version"] > shown["version"]


def test_a_supervisor_reads_and_somebody_in_an_emergency_until_it_ends(world: World) -> None:
    member, supervisor, other, too_late = (world.reader() for _ in range(4))
    world.emit(Announcement("contact.opened", OPENED), joined(member.subject))
    pair = {"supervisor": supervisor.subject, "member": member.subject}
    world.emit(Announcement("supervision.began", pair), about=supervisor.subject)
    until = {other.subject: datetime.now(UTC) + timedelta(hours=1), too_late.subject: datetime.now(UTC)}
    for reader, end in until.items():
        opened = {"glass": uuid4(), "member": reader, "reason": "danger_to_life", "until": end}
        world.emit(Announcement("access.glass_broken", opened))
    assert [world.read(who)[0] for who in (supervisor, other, too_late)] == [200, 200, 404]
    world.emit(Announcement("supervision.ended", pair), about=supervisor.subject)
    assert world.read(supervisor)[0] == 404


def test_a_restricted_case_is_closed_to_who_works_on_it_until_that_ends(world: World) -> None:
    member = world.reader()
    world.emit(Announcement("contact.opened", OPENED), joined(member.subject))
    request = {"request": uuid4()}
    world.emit(Announcement("case.restricted", request))
    assert world.read(member)[0] == 403
    world.emit(Announcement("case.unrestricted", request))
    assert world.read(member)[0] == 200


def test_a_revoked_token_opens_nothing(world: World) -> None:
    member = world.reader()
    world.emit(Announcement("contact.opened", OPENED), joined(member.subject))
    revoked = {"member": member.subject, "before": datetime.now(UTC)}
    world.emit(Announcement("access.revoked", revoked), about=member.subject)
    assert world.read(member)[0] == 401


def test_an_order_erases_the_copy_and_all_that_was_kept_with_it(world: World) -> None:
    member = world.reader()
    until = datetime.now(UTC) + timedelta(days=1)
    permit = {"release": uuid4(), "covers": ["copy"], "third_parties": True, "privileged": True, "until": until}
    world.emit(Announcement("contact.opened", OPENED), joined(member.subject), Announcement("copy.released", permit))
    world.emit(Announcement("erasure.ordered", {"request": uuid4(), "reason": "consent_withdrawn"}))
    assert world.read(member)[0] == 404
    with world.skeleton.transaction() as session:
        assert session.scalars(select(skeleton.Case.id)).all() == []
        for table in ("case_team", "releases"):
            assert session.execute(text(f"select * from {table}")).all() == []  # noqa: S608 - named above
