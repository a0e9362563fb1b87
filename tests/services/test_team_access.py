"""A removed member of a team loses access at every service at once, even while other events of the case wait."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from typing import Any
from uuid import UUID, uuid4

import pytest
from marshmallow import Schema
from sqlalchemy import select

from deploy.cli import servers
from deploy.cli.installation import SERVICES
from services.intake.service import EMITS
from shared.access import exclusions
from shared.access.exclusions import Exclusion
from shared.access.permissions import Need, Relation
from shared.access.tokens import STAFF, Principal
from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.events.contract import Emits, EventType
from shared.events.envelope import Announcement
from shared.exchange import eventlog, holds
from shared.exchange.eventlog import ORIGIN, Origin
from shared.exchange.follower import Follower, Guard
from shared.exchange.follower.apply import Application
from shared.exchange.relay import Relay
from shared.runtime.process import ServiceParts
from shared.store.database import Database
from tests.kit import databases
from tests.kit.agencies import works_for
from tests.kit.logfeed import LogFeed
from tests.kit.loops import running
from tests.kit.sealing import SEALER, verifier
from tests.kit.waiting import wait_until

FOLLOWERS = ("legal", "support")
#: A future release whose closing event has a field that this release does not read.
NEWER = Emits("intake", EventType("case.closed", type("Closed", (Schema,), {}), "closing", "Closed.", version=2))
OPENED = {
    "jurisdiction": "GB-EAW",
    "source": "self",
    "channel": "phone",
    "language": "bg",
    "anonymous": False,
    "age": "adult",
    "opened_on": date(2026, 3, 2),
    "urgent_needs": [],
}


def parts_of(service: str) -> ServiceParts:
    parts: ServiceParts = import_module(f"services.{service}.service").PARTS
    return parts


@pytest.fixture(params=FOLLOWERS)
def service(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def target(service: str, postgres: servers.PostgresServer) -> Iterator[Database]:
    with databases.opened(postgres, service) as (found, _):
        found.provide(TIME_SOURCE, TimeSource(movable=True))
        yield found


@pytest.mark.promise("REL-11")
@pytest.mark.integration
def test_a_removal_ends_access_while_the_case_is_held(
    service: str, target: Database, database: Database, fresh_database: str, vhost: str
) -> None:
    parts, case = parts_of(service), uuid4()
    leaver, stayer, supervisor, stranger, too_late = (uuid4() for _ in range(5))
    application, feed = Application(target, parts.following), LogFeed(database)

    def tell(emits: Emits, *told: Announcement, about: UUID = case) -> None:
        with database.transaction(ORIGIN.holding(Origin(emits))) as session:
            eventlog.record(session, about, told)

    def relation(member: UUID) -> Relation | None:
        who = Principal(str(member), frozenset({"caseworker"}), STAFF)
        with target.transaction() as session:
            return parts.cases.admission(session, case, who).relation

    def may(member: UUID) -> bool:
        return relation(member) is Relation.TEAM

    def is_held() -> bool:
        with target.transaction() as session:
            return session.scalars(select(holds.holds.c.subject)).all() == [case]

    with database.transaction() as session:
        eventlog.begin_epoch_if_restored(session)
    with ExitStack() as stack:
        for loop in (
            Relay(database, service="intake", database_url=fresh_database, amqp_uri=vhost, sealer=SEALER),
            Follower(target, parts.following, application, feed, vhost, verifier()),
            Guard(target, parts.following, application, feed, vhost, verifier()),
        ):
            stack.enter_context(running(loop))
        tell(EMITS, Announcement("contact.opened", OPENED), joined(leaver), joined(stayer))
        tell(EMITS, supervision("began", supervisor, stayer), about=supervisor)
        wait_until(lambda: may(leaver) and may(stayer), "both work on the case")
        wait_until(lambda: relation(supervisor) is Relation.SUPERVISOR, "one of them is supervised")
        tell(EMITS, broken_glass(stranger, until=datetime.now(UTC) + timedelta(hours=1)))
        tell(EMITS, broken_glass(too_late, until=datetime.now(UTC)))
        wait_until(lambda: relation(stranger) is Relation.BREAK_GLASS, "the glass is broken")
        tell(NEWER, Announcement("case.closed", {}, 2))
        wait_until(is_held, "the case waits for the upgrade")
        tell(EMITS, Announcement("team.member_removed", {"member": leaver}))
        wait_until(lambda: not may(leaver), "access ends")
        assert may(stayer)
        tell(EMITS, supervision("ended", supervisor, stayer), about=supervisor)
        wait_until(lambda: relation(supervisor) is Relation.NONE, "the supervision ends")
        tell(EMITS, excluded(case, member=stayer))
        wait_until(lambda: relation(stayer) is Relation.EXCLUDED, "the exclusion acts")
        tell(EMITS, excluded(case, member=stranger))
        wait_until(lambda: relation(stranger) is Relation.EXCLUDED, "it shuts at once", 20)
        assert relation(too_late) is Relation.NONE
        house = uuid4()
        works_for(target, too_late, str(house), "caseworker")
        tell(EMITS, excluded(case, agency=house))
        wait_until(lambda: relation(too_late) is Relation.EXCLUDED, "who works for an excluded agency is shut out")
        assert is_held()


def broken_glass(member: UUID, *, until: datetime) -> Announcement:
    told = {"glass": uuid4(), "member": member, "reason": "danger_to_life", "until": until}
    return Announcement("access.glass_broken", told)


def joined(member: UUID) -> Announcement:
    return Announcement("team.member_added", {"member": member, "role": "caseworker", "lead": False})


def supervision(verb: str, supervisor: UUID, member: UUID) -> Announcement:
    return Announcement(f"supervision.{verb}", {"supervisor": supervisor, "member": member})


def excluded(case: UUID, *, member: UUID | None = None, agency: UUID | None = None) -> Announcement:
    return exclusions.recorded(Exclusion(uuid4(), case, "worker" if member else "agency", member, agency))


@pytest.mark.parametrize("service", ["intake", *FOLLOWERS])
def test_whatever_protects_is_read_as_such(service: str) -> None:
    emitted: list[tuple[str, Any]] = [
        (f"{other}.{each.name}", each) for other in SERVICES for each in parts_of(other).following.emits
    ]
    protecting = {key for key, each in emitted if each.protects}
    reads = parts_of(service).following.reads
    assert set(reads.protecting) == protecting & {each.key for each in reads.reads}


#: Events that protect a person, the services that do not read them, and the reasons.
NOT_READ = {
    # No agency receives these. Staff read a case at partners only as members of its team (see the test below): neither
    # by supervision nor through a joined case.
    "intake.copy.recalled": {"partners"},
    "intake.supervision.ended": {"partners"},
    "intake.case.unmerged": {"partners"},
    # Only intake stores how to contact the person. Staff look it up there before each contact.
    "intake.safe_contact.changed": {"legal", "support"},
    # Support raises the alert.
    "intake.danger.flagged": {"legal", "partners"},
    "legal.danger.flagged": {"intake", "partners"},
    # Partners decides which events leave for an agency.
    "intake.sharing.frozen": {"legal", "support"},
    "partners.agreement.suspended": {"intake", "legal", "support"},
    "partners.agreement.ended": {"intake", "legal", "support"},
    # Support and partners store no matter file.
    "legal.barrier.set": {"partners", "support"},
    # Intake freezes sharing, and announces it.
    "support.absence.declared": {"legal"},
}


def test_partners_shows_a_case_only_to_members_of_its_team() -> None:
    """Partners therefore need not read the end of a supervision or the separation of joined cases (`NOT_READ`)."""
    needs = {need for roles in parts_of("partners").access.values() for need in roles.values()}
    assert needs == {Need.ANY, Need.TEAM}


def test_no_service_ignores_what_protects_unless_it_is_listed() -> None:
    """A service ignores events that it does not read.

    For a new event that protects a person, the omission must be a decision.
    """
    unread: dict[str, set[str]] = {}
    for source in SERVICES:
        protecting = {f"{source}.{each.name}" for each in parts_of(source).following.emits if each.protects}
        for other in {*SERVICES} - {source}:
            read = {each.key for each in parts_of(other).following.reads.reads}
            for key in protecting - read:
                unread.setdefault(key, set()).add(other)
    assert unread == NOT_READ
