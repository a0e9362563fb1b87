"""Withdrawals race the loop that fills an agency's queue: the last published messages are deleted with the queue."""

import json
import os
import random
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from deploy.cli import servers
from services.partners.channels.broker_queue.actions import filling, opening
from shared.exchange.broker import AgencyMessage, AgencyQueues
from tests.kit import databases
from tests.kit.agency_queues import Agency, AgencyBroker, StreamPage, Streams, Written, agency_broker, taken
from tests.kit.harness import Harness, harness

pytestmark = [pytest.mark.integration, pytest.mark.slow]
TRIES = int(os.environ.get("CASEPATH_RACES", "100"))


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AgencyBroker]:
    with agency_broker(tmp_path_factory.mktemp("agencies")) as running:
        yield running


@pytest.fixture
def partners(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("partners", postgres) as found:
        found.move_clock(Agency.AGREED_AT)
        with databases.as_owner(found.database.url) as connection:
            connection.execute("create table gate (is_open boolean not null)")
            connection.execute("insert into gate values (true)")
            connection.execute("grant select, update on gate to public")
        yield found


@dataclass
class Gated(Streams):
    """A stream with a gate that decides in the transaction that reads the stream."""

    def read(self, session: Session, agency: UUID, after: int, limit: int) -> StreamPage:
        is_open = session.execute(text("select is_open from gate")).scalar_one()
        page = super().read(session, agency, after, limit)
        if is_open:
            return page
        empty = [Written(item.sequence, emptied(item.document)) for item in page.items]
        return StreamPage(empty, page.head)


def emptied(document: bytes) -> bytes:
    return json.dumps({**json.loads(document), "data": {}}).encode()


def says_something(document: bytes) -> bool:
    return json.loads(document)["data"] != {}


@dataclass
class Watched:
    """The broker's queues, and the time at which the publishing of each message with personal data began."""

    queues: AgencyQueues
    handed_over: list[float] = field(default_factory=list)

    def declare(self, queue: str) -> bool:
        return self.queues.declare(queue)

    def delete(self, queue: str) -> None:
        self.queues.delete(queue)

    def send(self, queue: str, messages: Iterable[AgencyMessage]) -> None:
        told = list(messages)
        self.handed_over += [time.monotonic() for message in told if says_something(message.body)]
        self.queues.send(queue, told)


def fill(partners: Harness, watched: Watched, streams: Streams, agency: UUID, ends: threading.Event) -> None:
    """Run the loop's rounds one after another."""
    while not ends.is_set():
        sent = filling.take_turn(partners.database, watched, streams.for_lane, agency)
        watched.queues.settle()
        if sent is not None:
            with partners.database.transaction() as session:
                filling.move_mark(session, sent)


def set_gate(session: Session, *, is_open: bool) -> None:
    session.execute(text("update gate set is_open = :is_open"), {"is_open": is_open})


def withdraw(partners: Harness, agency: UUID) -> float:
    """Record a withdrawal, and return the time of its commit."""
    with partners.database.transaction() as session:
        set_gate(session, is_open=False)
        opening.purge(session, agency)
    return time.monotonic()


def wait_until_gone(partners: Harness, agency: UUID) -> float:
    began = time.monotonic()
    while True:
        with partners.database.transaction() as session:
            if not opening.waits_for_purge(session, agency):
                return time.monotonic() - began
        assert time.monotonic() - began < 10


def test_at_most_one_message_leaves_after_a_withdrawal_and_the_queue_is_empty(
    broker: AgencyBroker, partners: Harness
) -> None:
    agency, streams, chance = Agency(partners, partners.staff("operator")), Gated(), random.Random(46)
    late, delays = list[int](), list[float]()
    with broker.queues() as queues, broker.asking(partners.database):
        watched, ends = Watched(queues), threading.Event()
        lane = threading.Thread(target=fill, args=(partners, watched, streams, agency.id, ends))
        lane.start()
        try:
            for _ in range(TRIES):
                with partners.database.transaction() as session:
                    set_gate(session, is_open=True)
                streams.add(agency.id, chance.randint(1, 4))
                spin(chance.random() * 0.012)
                committed = withdraw(partners, agency.id)
                delays.append(wait_until_gone(partners, agency.id))
                late.append(sum(at > committed for at in watched.handed_over))
                watched.handed_over.clear()
        finally:
            ends.set()
            lane.join(timeout=15)
        reader = broker.signed_in(agency.user, agency.key)
        left = taken(reader, agency.queue)
        reader.close()
    assert max(late) <= 1
    assert not [message for message in left if says_something(message.body)]
    assert sorted(delays)[TRIES // 2] < 1, "seconds from the commit until what waited was gone"


def spin(seconds: float) -> None:
    """Busy-wait for a moment, so that each attempt meets the loop at another point."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        pass
