"""Two releases side by side: only unknown event versions wait for the older release's upgrade, in order."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from marshmallow import Schema
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from deploy.cli import servers
from shared.events.contract import Code, Count, Emits, EventType, Read, Reads, Received
from shared.events.envelope import Announcement
from shared.exchange import deployed_version, eventlog, holds
from shared.exchange.eventlog import ORIGIN, Origin
from shared.exchange.follower import Follower, Following, Projection, ReadModelTable
from shared.exchange.follower.apply import Application
from shared.exchange.relay import Relay
from shared.store.database import Database
from tests.kit import databases
from tests.kit.logfeed import LogFeed
from tests.kit.loops import running
from tests.kit.sealing import SEALER, verifier
from tests.kit.waiting import wait_until

pytestmark = pytest.mark.integration

HAPPENED = "intake.thing.happened"


class Happened(Schema):
    number = Count(required=True)


class HappenedAnew(Schema):
    """Version 2 has a further field, and its number field has another name."""

    order = Count(required=True)
    kind = Code(of="contact_source", required=True)


FIRST = EventType("thing.happened", Happened, "test", "Something happened.")
SECOND = EventType("thing.happened", HappenedAnew, "test", "Something happened, told anew.", version=2)
NEW_PRODUCER = Emits("intake", FIRST, SECOND)
OLD_READS = Reads(Read(HAPPENED, Happened))
NEW_READS = Reads(Read(HAPPENED, Happened), Read(HAPPENED, HappenedAnew, version=2))


def first(number: int) -> Announcement:
    return Announcement("thing.happened", {"number": number})


def second(number: int) -> Announcement:
    return Announcement("thing.happened", {"order": number, "kind": "made_up"}, 2)


@dataclass
class Releases:
    """A producer of the new release, and followers of both releases on one store, as during an upgrade."""

    source: Database
    target: Database
    uri: str
    url: str

    def tell(self, subject: UUID, *told: Announcement) -> None:
        with self.source.transaction(ORIGIN.holding(Origin(NEW_PRODUCER))) as session:
            eventlog.record(session, subject, told)

    def project(self, session: Session, events: Sequence[Received]) -> None:
        for each in events:
            row = {"subject": each.subject, "number": each.data.get("number", each.data.get("order"))}
            session.execute(text("insert into applied (subject, number) values (:subject, :number)"), row)

    def applied(self, subject: UUID) -> list[int]:
        with self.target.transaction() as session:
            found = session.scalars(text("select number from applied where subject = :at order by id"), {"at": subject})
            return list(found)

    def waiting(self) -> list[tuple[UUID, str, bool]]:
        with self.target.transaction() as session:
            rows: list[Any] = list(session.execute(select(holds.holds)))
            return [(row.subject, row.reason, row.parked_at is not None) for row in rows]

    @contextmanager
    def relaying(self) -> Iterator[None]:
        with running(Relay(self.source, service="intake", database_url=self.url, amqp_uri=self.uri, sealer=SEALER)):
            yield

    @contextmanager
    def following(self, reads: Reads) -> Iterator[int]:
        """Start a replica of a release; yield the number of parked subjects that its start released for retry."""
        plan = Following(
            "legal",
            Emits("legal"),
            reads,
            (Projection("applied", frozenset({HAPPENED}), self.project, (ReadModelTable("applied"),)),),
        )
        with self.target.transaction() as session:
            retried = deployed_version.retry_parked_once(session, "legal", reads)
        follower = Follower(
            self.target, plan, Application(self.target, plan), LogFeed(self.source), self.uri, verifier()
        )
        with running(follower):
            wait_until(lambda: follower.connected, "it listens")
            yield retried


@pytest.fixture
def releases(
    database: Database, fresh_database: str, postgres: servers.PostgresServer, vhost: str
) -> Iterator[Releases]:
    with databases.opened(postgres, "intake") as (target, url):
        with databases.as_owner(url) as owner:
            owner.execute("create table applied (id bigint generated always as identity, subject uuid, number int)")
        with database.transaction() as session:
            eventlog.begin_epoch_if_restored(session)
        yield Releases(database, target, vhost, fresh_database)


def test_a_version_that_an_old_follower_does_not_know_waits_for_its_upgrade(releases: Releases) -> None:
    newer, plain = uuid4(), uuid4()
    with releases.relaying():
        with releases.following(OLD_READS):
            releases.tell(newer, first(1), second(2), first(3))
            releases.tell(plain, first(1), first(2))
            wait_until(lambda: releases.applied(plain) == [1, 2], "the other subject flows")
            assert releases.waiting() == [(newer, "NewerVersion", True)]
            assert releases.applied(newer) == [1]
        with releases.following(OLD_READS) as retried:
            releases.tell(newer, first(4), second(5))
            releases.tell(plain, first(3))
            wait_until(lambda: releases.applied(plain) == [1, 2, 3], "the other subject flows after a restart too")
            assert retried == 0
            assert releases.applied(newer) == [1]
        with releases.following(NEW_READS) as retried:
            assert retried == 1
            wait_until(lambda: releases.applied(newer) == [1, 2, 3, 4, 5], "all is applied, in order")
            wait_until(lambda: releases.waiting() == [], "and the subject flows")
            releases.tell(newer, second(6))
            wait_until(lambda: releases.applied(newer) == [1, 2, 3, 4, 5, 6], "by itself")
    assert releases.applied(plain) == [1, 2, 3]


def test_events_parked_by_an_old_replica_are_applied_by_the_new_one(releases: Releases) -> None:
    """The old replica is still the broker's active consumer: it receives the new version first."""
    newer, plain = uuid4(), uuid4()
    with releases.relaying(), releases.following(OLD_READS):
        releases.tell(newer, first(1))
        wait_until(lambda: releases.applied(newer) == [1], "the old one is active")
        with releases.following(NEW_READS) as retried:
            assert retried == 0
            releases.tell(newer, second(2), first(3))
            releases.tell(plain, first(1))
            wait_until(lambda: releases.applied(newer) == [1, 2, 3], "all is applied, in order")
            wait_until(lambda: releases.waiting() == [], "and the subject flows")
            wait_until(lambda: releases.applied(plain) == [1], "as the other did all the time")
