"""One address lists all nodes of a cluster. A link connects to any node that responds, and can switch to another."""

import re
import socket
from collections.abc import Callable, Iterator
from typing import Any

import amqp
import pytest

from deploy.cli import servers
from shared.exchange import broker
from shared.exchange.broker import (
    CONNECT_SECONDS,
    BrokerRefused,
    BrokerUnsure,
    GuardInbox,
    Inbox,
    Link,
    Publisher,
    limits,
)

pytestmark = pytest.mark.integration
ATTEMPTS = 20


@pytest.fixture
def silent() -> Iterator[str]:
    """Yield the address of a frozen node: the kernel still accepts its connections."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"amqp://casepath:x@127.0.0.1:{listening.getsockname()[1]}/casepath"


def down() -> str:
    [port] = servers.free_ports(1)
    return f"amqp://casepath:x@127.0.0.1:{port}/casepath"


def wrong(vhost: str) -> str:
    return vhost.replace("amqp://casepath:", "amqp://casepath:wrong")


@pytest.fixture
def busy_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each node more time: on a busy machine, a healthy node can need longer than usual."""
    monkeypatch.setattr(limits, "CONNECT_SECONDS", 4 * CONNECT_SECONDS)


def connected(uri: str) -> str:
    link = Link(uri, name="test")
    try:
        return str(link.connection.host)
    finally:
        link.cut()


@pytest.mark.promise("REL-27")
@pytest.mark.usefixtures("busy_machine")
def test_a_node_that_is_down_or_frozen_is_passed_over(vhost: str, silent: str) -> None:
    for _ in range(3):
        assert connected(f"{down()};{silent};{vhost}") in vhost


def test_no_node_that_answers_is_a_doubt_and_takes_no_longer_than_one(
    silent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    drain_events = amqp.Connection.drain_events

    def noting(connection: amqp.Connection, timeout: float | None = None) -> Any:
        assert timeout is not None, "it would wait for ever"
        waits.append(timeout)
        return drain_events(connection, timeout)

    monkeypatch.setattr(amqp.Connection, "drain_events", noting)
    with pytest.raises(BrokerUnsure):
        Link(f"{silent};{silent};{down()}", name="test")
    assert len(waits) == 2, "each frozen node is asked once"
    assert sum(waits) <= CONNECT_SECONDS, "a relay's lease would be lost meanwhile"


def test_a_refusal_counts_only_when_no_other_node_takes_us(vhost: str) -> None:
    assert connected(f"{wrong(vhost)};{vhost}") in vhost
    with pytest.raises(BrokerRefused):
        Link(f"{wrong(vhost)};{down()}", name="test")


@pytest.mark.usefixtures("busy_machine")
def test_coming_back_leads_to_another_node_sooner_or_later(vhost: str, rabbitmq: servers.RabbitServer) -> None:
    rabbitmq.add_vhost("another")
    both = f"{vhost};{rabbitmq.uri('another')}"
    seen: set[str] = set()
    for _ in range(ATTEMPTS):  # the probability that all of them meet the same node is 1 in 500,000
        link = Link(both, name="test")
        seen.add(link.connection.virtual_host)
        link.cut()
    assert len(seen) == 2


@pytest.mark.parametrize(
    ("begin", "name"),
    [
        (lambda uri: Publisher(uri, "intake"), "intake.events"),
        (lambda uri: Inbox(uri, "legal", ["intake"]), "legal.inbox"),
        (lambda uri: GuardInbox(uri, "legal", ["intake.team.member_removed"]), "legal.guard"),
    ],
    ids=["relay", "follower", "guard"],
)
def test_who_is_refused_what_it_declares_leaves_no_connection_behind(
    vhost: str, begin: Callable[[str], Link], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = Link(vhost, name="test")
    link.channel.exchange_delete("intake.events")
    link.channel.exchange_declare("intake.events", "fanout", durable=True, auto_delete=False)
    for queue in ("legal.inbox", "legal.guard"):
        link.channel.queue_declare(queue, durable=True, auto_delete=False, arguments={"x-queue-type": "classic"})
    link.cut()
    made: list[Any] = []
    connect = broker.link._connect

    def noted(*where: str, **named: str) -> Any:
        made.append(connect(*where, **named))
        return made[-1]

    monkeypatch.setattr(broker.link, "_connect", noted)
    with pytest.raises(BrokerRefused, match=re.escape(name)):
        begin(vhost)
    assert [bool(each.connected) for each in made] == [False]
