"""A source and a follower of numbers, each with a database, connected by a broker, in threads of the test."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from marshmallow import Schema
from sqlalchemy import text
from sqlalchemy.orm import Session

from deploy.cli import servers
from shared.events.contract import Count, Emits, EventType, Read, Reads, Received
from shared.events.envelope import Announcement
from shared.exchange import eventlog
from shared.exchange.eventlog import ORIGIN, Origin
from shared.exchange.follower import Follower, Following, Projection, Reaction
from shared.exchange.follower.apply import Application
from shared.exchange.relay import Relay
from shared.store.database import Database
from tests.kit import databases
from tests.kit.logfeed import LogFeed
from tests.kit.loops import running
from tests.kit.private_servers import own_address
from tests.kit.sealing import SEALER, verifier
from tests.kit.waiting import wait_until


class Happened(Schema):
    number = Count(required=True)


INTAKE = Emits("intake", EventType("thing.happened", Happened, "test", "Something happened."))
LEGAL = Emits("legal", EventType("thing.answered", Happened, "test", "It was answered."))


@dataclass
class World:
    """A source and a follower, with the numbers of each subject that the follower has applied."""

    source: Database
    target: Database
    uri: str
    url: str
    poison: set[int] = field(default_factory=set)

    def tell(self, subject: UUID, *numbers: int) -> None:
        with self.source.transaction(ORIGIN.holding(Origin(INTAKE))) as session:
            lock = text("select pg_advisory_xact_lock(hashtextextended(:subject, 0))")
            session.execute(lock, {"subject": str(subject)})
            eventlog.record(session, subject, [Announcement("thing.happened", {"number": each}) for each in numbers])

    def applied(self) -> dict[UUID, list[int]]:
        found: dict[UUID, list[int]] = {}
        with self.target.transaction() as session:
            for subject, number in session.execute(text("select subject, number from applied order by id")):
                found.setdefault(subject, []).append(number)
        return found

    def count(self) -> int:
        return sum(len(each) for each in self.applied().values())

    def project(self, session: Session, events: Sequence[Received]) -> None:
        for each in events:
            if each.data["number"] in self.poison:
                raise LookupError("a mistake of ours that this event brings out")
            row = {"subject": each.subject, "number": each.data["number"]}
            session.execute(text("insert into applied (subject, number) values (:subject, :number)"), row)

    def react(self, session: Session, received: Received) -> None:
        eventlog.record(session, received.subject, [Announcement("thing.answered", dict(received.data))])

    @contextmanager
    def relaying(self) -> Iterator[Relay]:
        relay = Relay(
            self.source,
            service="intake",
            database_url=self.url,
            amqp_uri=own_address(self.uri, "intake"),
            sealer=SEALER,
        )
        with running(relay):
            yield relay

    @contextmanager
    def following(self) -> Iterator[tuple[Follower, LogFeed]]:
        plan = Following(
            "legal",
            LEGAL,
            Reads(Read("intake.thing.happened", Happened)),
            (Projection("applied", frozenset({"intake.thing.happened"}), self.project),),
            (Reaction("answer", "intake.thing.happened", self.react),),
        )
        feed = LogFeed(self.source)
        follower = Follower(
            self.target, plan, Application(self.target, plan), feed, own_address(self.uri, "legal"), verifier()
        )
        with running(follower):
            wait_until(lambda: follower.connected, "the follower listens")
            yield follower, feed


@contextmanager
def opened(source: Database, source_url: str, postgres: servers.PostgresServer, vhost: str) -> Iterator[World]:
    """Open a world whose source is an empty database; the follower gets a new database."""
    with databases.opened(postgres, "intake") as (target, url):
        with databases.as_owner(url) as owner:
            owner.execute("create table applied (id bigint generated always as identity, subject uuid, number int)")
        with source.transaction() as session:
            eventlog.begin_epoch_if_restored(session)
        yield World(source, target, vhost, source_url)
