"""A source that publishes team memberships, and a follower that stores them.

Each has a database; a broker connects them.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

import amqp
import kombu.connection
from marshmallow import Schema
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from deploy.cli import servers
from shared.events.contract import Count, Emits, EventType, Read, Reads, Received, Reference
from shared.events.envelope import Announcement, Event
from shared.exchange import cursor, eventlog, holds
from shared.exchange.broker.topology import PROOF_HEADER
from shared.exchange.eventlog import ORIGIN, Origin
from shared.exchange.follower import Follower, Following, Guard, Projection, Reaction
from shared.exchange.follower.apply import Application
from shared.exchange.relay import Relay
from shared.exchange.revocation_marks import marks
from shared.store.database import Database
from tests.kit import databases
from tests.kit.logfeed import LogFeed
from tests.kit.loops import running
from tests.kit.private_servers import own_address
from tests.kit.sealing import SEALER, verifier
from tests.kit.waiting import wait_until

ADDED, REMOVED, NOTED = "intake.team.member_added", "intake.team.member_removed", "intake.thing.noted"


class Member(Schema):
    member = Reference(required=True)


class Noted(Schema):
    number = Count(required=True)


INTAKE = Emits(
    "intake",
    EventType("team.member_added", Member, "test", "Someone joined."),
    EventType("team.member_removed", Member, "test", "Someone left.", protects=True),
    EventType("team.member_removed", Member, "test", "Someone left, told anew.", version=2, protects=True),
    EventType("thing.noted", Noted, "test", "Something was noted."),
)
LEGAL = Emits("legal", EventType("thing.answered", Member, "test", "It was answered."))


@dataclass
class World:
    """A source, and a follower that stores each subject's team."""

    source: Database
    target: Database
    uri: str
    url: str
    poison: set[int] = field(default_factory=set)
    removing_fails: bool = False
    feed_is_away: bool = False
    unknown: list[UUID] = field(default_factory=list)

    def tell(self, subject: UUID, *told: Announcement) -> None:
        with self.source.transaction(ORIGIN.holding(Origin(INTAKE))) as session:
            eventlog.record(session, subject, told)

    def team(self, subject: UUID) -> set[UUID]:
        with self.target.transaction() as session:
            return set(session.scalars(text("select member from team where subject = :at"), {"at": subject}))

    def project(self, session: Session, events: Sequence[Received]) -> None:
        for each in events:
            if each.key == NOTED:
                if each.data["number"] in self.poison:
                    raise LookupError("a mistake of ours that this event brings out")
                continue
            row = {"subject": each.subject, "member": each.data["member"]}
            if each.key == ADDED:
                session.execute(text("insert into team values (:subject, :member) on conflict do nothing"), row)
            elif self.removing_fails:
                raise LookupError("a mistake of ours in removing")
            else:
                session.execute(text("delete from team where subject = :subject and member = :member"), row)

    def react(self, session: Session, received: Received) -> None:
        eventlog.record(session, received.subject, [Announcement("thing.answered", dict(received.data))])

    def answered(self) -> list[str]:
        """Return the members that the follower's own events name, in order."""
        with self.target.transaction() as session:
            return [row["member"] for row in session.scalars(select(eventlog.event_log.c.data).order_by("serial"))]

    def stands_at(self) -> int:
        with self.target.transaction() as session:
            return cursor.read_state(session, "intake").position

    def held(self) -> set[UUID]:
        with self.target.transaction() as session:
            return set(session.scalars(select(holds.holds.c.subject)))

    def floors(self) -> list[tuple[str, int]]:
        with self.target.transaction() as session:
            return [(row.key, row.position) for row in session.execute(select(marks).order_by(marks.c.position))]

    def plan(self) -> Following:
        return Following(
            "legal",
            LEGAL,
            Reads(
                Read(ADDED, Member, about="member"),
                Read(
                    REMOVED,
                    Member,
                    about="member",
                    protects=True,
                    on_unknown=lambda _, event: self.unknown.append(event.subject),
                ),
                Read(NOTED, Noted),
            ),
            (Projection("team", frozenset({ADDED, REMOVED, NOTED}), self.project),),
            (Reaction("added", ADDED, self.react), Reaction("removed", REMOVED, self.react)),
        )

    def feed(self) -> LogFeed:
        return LogFeed(self.source, lambda: self.feed_is_away)

    @contextmanager
    def relaying(self) -> Iterator[None]:
        with running(
            Relay(
                self.source,
                service="intake",
                database_url=self.url,
                amqp_uri=own_address(self.uri, "intake"),
                sealer=SEALER,
            )
        ):
            yield

    @contextmanager
    def following(self) -> Iterator[None]:
        plan = self.plan()
        follower = Follower(
            self.target,
            plan,
            Application(self.target, plan),
            self.feed(),
            own_address(self.uri, plan.service),
            verifier(),
        )
        with running(follower):
            wait_until(lambda: follower.connected, "the follower listens")
            yield

    @contextmanager
    def guarding(self) -> Iterator[None]:
        plan = self.plan()
        guard = Guard(
            self.target,
            plan,
            Application(self.target, plan),
            self.feed(),
            own_address(self.uri, plan.service),
            verifier(),
        )
        with running(guard):
            wait_until(lambda: guard.connected, "the guard listens")
            yield

    def purge(self, queue: str) -> None:
        with kombu.connection.Connection(self.uri) as connection:
            connection.channel().queue_purge(queue)

    def waiting(self, queue: str) -> int:
        with kombu.connection.Connection(self.uri) as connection:
            return int(connection.channel().queue_declare(queue, passive=True).message_count)

    def published(self) -> int:
        with self.source.transaction() as session:
            return int(session.execute(select(eventlog.log_published.c.position)).scalar_one())

    def send(self, body: bytes, topic: str, proof: bytes = b"") -> None:
        message = amqp.Message(body, application_headers={PROOF_HEADER: proof})
        with kombu.connection.Connection(self.uri) as connection:
            connection.channel().basic_publish(message, exchange="intake.events", routing_key=topic)

    def log(self) -> list[Event]:
        with self.source.transaction() as session:
            return eventlog.read(session, "intake", after=0, limit=99)


@contextmanager
def opened(source: Database, source_url: str, postgres: servers.PostgresServer, vhost: str) -> Iterator[World]:
    """Open a world whose source is an empty database; the follower gets a new database."""
    with databases.opened(postgres, "intake") as (target, url):
        with databases.as_owner(url) as owner:
            owner.execute("create table team (subject uuid, member uuid, primary key (subject, member))")
        with source.transaction() as session:
            eventlog.begin_epoch_if_restored(session)
        yield World(source, target, vhost, source_url)


def added(member: UUID) -> Announcement:
    return Announcement("team.member_added", {"member": member})


def removed(member: UUID, version: int = 1) -> Announcement:
    return Announcement("team.member_removed", {"member": member}, version)


def noted(number: int) -> Announcement:
    return Announcement("thing.noted", {"number": number})
