"""Messages that the broker's client cannot decode are quarantined, and the queues continue, on a real broker."""

from collections.abc import Iterator
from uuid import uuid4

import amqp
import kombu.connection
import pytest
from sqlalchemy import select

from deploy.cli import servers
from shared.exchange import holds
from shared.store.database import Database
from tests.kit import teams
from tests.kit.teams import REMOVED, World, added, removed
from tests.kit.undecodable import Undecodable, undecodable
from tests.kit.waiting import wait_until

pytestmark = pytest.mark.integration

MARK = b"JaneDoe"


@pytest.fixture
def world(database: Database, fresh_database: str, postgres: servers.PostgresServer, vhost: str) -> Iterator[World]:
    with teams.opened(database, fresh_database, postgres, vhost) as opened:
        yield opened


def quarantined(world: World) -> list[tuple[str, int, int]]:
    """Return reason, size and count of the quarantined messages."""
    with world.target.transaction() as session:
        return [(row.reason, row.size, row.count) for row in session.execute(select(holds.quarantine))]


def is_empty(world: World, queue: str) -> bool:
    return world.waiting(queue) == 0


@pytest.mark.promise("REL-12")
@pytest.mark.parametrize("body", [MARK, b""], ids=["with a body", "without a body"])
@pytest.mark.parametrize("message", list(undecodable(MARK)), ids=lambda each: each.name)
def test_a_message_that_can_not_be_decoded_is_put_aside_and_the_queues_flow(
    world: World, message: Undecodable, body: bytes
) -> None:
    case, member = uuid4(), uuid4()
    of_both_queues = [("bad_properties", len(body), 2)]
    with world.relaying(), world.following(), world.guarding():
        world.tell(case, added(member))
        wait_until(lambda: world.team(case) == {member}, "it is followed")
        message.publish(world.uri, body, f"{REMOVED.removeprefix('intake.')}.v1")
        wait_until(lambda: quarantined(world) == of_both_queues, "both put it aside")
        world.tell(case, removed(member))
        wait_until(lambda: world.team(case) == set(), "what is behind it is applied")
    assert is_empty(world, "legal.inbox")
    assert is_empty(world, "legal.guard")
    with world.relaying(), world.following(), world.guarding():
        world.tell(case, added(member))
        wait_until(lambda: world.team(case) == {member}, "it follows again")
    assert quarantined(world) == of_both_queues, "it does not come again"


@pytest.mark.parametrize("exchange", ["JaneDoe\N{LATIN SMALL LETTER E WITH ACUTE}", "JaneDoe\N{NULL}"])
def test_an_exchange_of_a_strange_name_is_not_named(world: World, exchange: str) -> None:
    case, member = uuid4(), uuid4()
    with world.relaying(), world.following():
        with kombu.connection.Connection(world.uri) as connection:
            channel = connection.channel()
            channel.exchange_declare(exchange, "fanout")
            channel.queue_bind("legal.inbox", exchange)
            channel.basic_publish(amqp.Message(MARK), exchange)
        wait_until(lambda: quarantined(world) == [("bad_properties", len(MARK), 1)], "it is put aside")
        world.tell(case, added(member))
        wait_until(lambda: world.team(case) == {member}, "what is behind it is applied")
    with world.target.transaction() as session:
        assert session.scalars(select(holds.quarantine.c.exchange)).all() == [""]
