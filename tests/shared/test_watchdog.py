"""A relay that stops making progress is disconnected and restarts. If that does not help, the process must end."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import psutil
import psycopg
import pytest

from deploy.cli import servers
from shared.events.envelope import Announcement
from shared.exchange import outgoing
from shared.exchange import watchdog as watchdogs
from shared.exchange.broker import BrokerUnsure, Message, Publisher
from shared.exchange.eventlog import ORIGIN, Origin, begin_epoch_if_restored, record
from shared.exchange.outgoing import Outgoing
from shared.exchange.relay import Relay
from shared.exchange.watchdog import RelayStuck, Watchdog
from shared.store.database import Database
from shared.store.leader import Lease
from tests.kit.exchange import INTAKE
from tests.kit.loops import running
from tests.kit.sealing import SEALER
from tests.kit.waiting import PATIENCE, wait_until

pytestmark = pytest.mark.integration


@pytest.fixture
def relay(database: Database, fresh_database: str, vhost: str) -> Iterator[Relay]:
    with database.transaction() as session:
        begin_epoch_if_restored(session)
    found = Relay(database, service="intake", database_url=fresh_database, amqp_uri=vhost, sealer=SEALER)
    with running(found):
        # Wait for the first measurement of the log. Otherwise it could publish events of a test that has replaced a
        # part.
        wait_until(lambda: found.connected and found._measured > 0, "it leads, is connected and has looked")
        yield found


def tell(database: Database) -> None:
    with database.transaction(ORIGIN.holding(Origin(INTAKE))) as session:
        record(session, uuid4(), [Announcement("thing.happened", {"number": 1})])


def is_cut_off_by(watchdog: Watchdog) -> bool:
    watchdog.look()
    return watchdog._interrupted


def look_until(watchdog: Watchdog, relay: Relay, batches: int) -> None:
    def published() -> bool:
        watchdog.look()
        return relay.batches >= batches

    wait_until(published, "it publishes again")


def test_a_relay_that_waits_for_ever_is_cut_off_and_begins_anew(
    database: Database, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, waits = Publisher.publish, threading.Event()

    def wait_for_ever(self: Publisher, *_what: Any, **_how: Any) -> None:
        waits.set()
        self.connection.transport.sock.settimeout(None)
        with suppress(ConnectionError):
            while self.connection.transport.sock.recv(100):
                pass
        monkeypatch.setattr(Publisher, "publish", real)
        raise BrokerUnsure("cut")

    monkeypatch.setattr(Publisher, "publish", wait_for_ever)
    watchdog = Watchdog(database, relay, stuck_seconds=1)
    tell(database)
    assert waits.wait(PATIENCE)
    # After the disconnection, it has time to lead and connect again, even on a busy machine.
    wait_until(lambda: is_cut_off_by(watchdog), "it is cut off")
    watchdog._stuck_seconds = PATIENCE
    look_until(watchdog, relay, 1)


def test_a_relay_that_runs_without_publishing_ends_the_process_if_reconnecting_fails(
    database: Database, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(*_what: Any, **_how: Any) -> Outgoing:
        return Outgoing((), 0)

    monkeypatch.setattr(outgoing, "take", nothing)
    watchdog = Watchdog(database, relay, stuck_seconds=0.5)
    tell(database)
    with pytest.raises(RelayStuck):
        look_until(watchdog, relay, 1)


def test_one_that_has_nothing_to_publish_or_says_its_doubts_is_left_alone(
    database: Database, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupted: list[None] = []
    monkeypatch.setattr(relay, "interrupt", lambda: interrupted.append(None))
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(watchdogs, "time", SimpleNamespace(monotonic=lambda: clock.now))
    # Every waiting event is older than this, and the clock advances by more between two checks.
    watchdog = Watchdog(database, relay, stuck_seconds=0.001)
    for _ in range(5):
        clock.now += 1
        watchdog.look()

    def unsure(*_what: Any, **_how: Any) -> None:
        raise BrokerUnsure("no confirm in time")

    monkeypatch.setattr(Publisher, "publish", unsure)
    tell(database)
    for _ in range(3):
        wait_until(lambda: relay.doubts > watchdog._doubts, "it says another doubt")
        clock.now += 1
        watchdog.look()
    assert interrupted == []


def test_a_session_that_is_interrupted_tells_who_waits_for_it(fresh_database: str) -> None:
    with psycopg.connect(fresh_database, autocommit=True) as connection:
        lease, ends = Lease(connection), list[None]()

        def wait() -> None:
            with pytest.raises(psycopg.OperationalError):
                connection.execute("select pg_sleep(60)")
            ends.append(None)

        thread = threading.Thread(target=wait)
        thread.start()
        lease.interrupt()
        thread.join(PATIENCE)
        assert ends == [None]


def test_a_broker_that_has_stopped_reading_holds_nobody_up_for_long(
    rabbitmq: servers.RabbitServer, vhost: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message is larger than all buffers in between, and the process at the other end reads nothing."""
    monkeypatch.setattr("shared.exchange.broker.limits.CONFIRM_SECONDS", 1)
    publisher = Publisher(vhost, "intake")
    with frozen(rabbitmq):
        began = time.monotonic()
        with pytest.raises(BrokerUnsure):
            publisher.publish([Message("thing.happened.v1", bytes(60_000), "text/plain") for _ in range(500)])
        publisher.cut()
    assert time.monotonic() - began < 10


@contextmanager
def frozen(broker: servers.RabbitServer) -> Iterator[None]:
    [pid] = [each.pid for each in psutil.process_iter(["cmdline"]) if is_node(each, broker)]
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def is_node(process: psutil.Process, broker: servers.RabbitServer) -> bool:
    command = process.info["cmdline"] or []
    return "beam" in "".join(command[:1]) and any(str(broker.directory) in each for each in command)
