"""The hand-written upper bound: py-amqp and psycopg in plain threads, for this job only, without any generality.

It writes the same rows as our system (log, audit, effect, cursor), publishes in batches with pipelined confirms, and
applies in batches, each in one transaction with the cursor.
"""

import sys
import threading
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import amqp
import psycopg

from tests.benchmarks.exchange import work

SOURCE_TABLES = """
    create table if not exists log (serial bigint generated always as identity primary key, id uuid not null unique,
        subject uuid not null, at timestamptz not null, body text not null);
    create table if not exists mark (serial bigint not null);
    insert into mark select 0 where not exists (select from mark);
    create table if not exists audit (number bigint generated always as identity primary key,
        at timestamptz not null, actor text not null, action text not null, subject uuid not null)
"""
TARGET_TABLES = """
    create table if not exists cursor (serial bigint not null);
    insert into cursor select 0 where not exists (select from cursor)
"""
FILL = """
    insert into log (id, subject, at, body)
    select gen_random_uuid(), lpad(to_hex(number %% %(subjects)s), 32, '0')::uuid, now(),
        json_build_object('id', gen_random_uuid(), 'type', 'thing.noted', 'subject',
            lpad(to_hex(number %% %(subjects)s), 32, '0')::uuid, 'at', extract(epoch from now()),
            'data', repeat('x', 430))
    from generate_series(0, %(count)s - 1) as number
"""
EXCHANGE, QUEUE = "ceiling.events", "ceiling.inbox"
BATCH, PREFETCH = 500, 1000


def connection_to_broker() -> Any:
    """Connect, and declare the exchange and the quorum queue."""
    uri = urlsplit(work.setting(work.BROKER_URI))
    connection = amqp.Connection(
        f"{uri.hostname}:{uri.port}", uri.username, uri.password, virtual_host=uri.path[1:], heartbeat=0
    )
    connection.connect()
    channel = connection.channel()
    channel.exchange_declare(EXCHANGE, "topic", durable=True, auto_delete=False)
    channel.queue_declare(QUEUE, durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
    channel.queue_bind(QUEUE, EXCHANGE, routing_key="#")
    return connection, channel


class Relay:
    """Publishes committed events in batches."""

    def __init__(self) -> None:
        self._database = psycopg.connect(work.setting(work.SOURCE_URL), autocommit=True)
        self._broker, self._channel = connection_to_broker()
        self._channel.confirm_select()
        self._channel.events["basic_ack"].add(self._confirmed)
        self._sent = self._seen = 0
        self.wake = threading.Event()
        row = self._database.execute("select serial from mark").fetchone()
        self._mark: int = row[0] if row else 0

    def run(self) -> None:
        """Publish until the process is stopped."""
        while True:
            self.wake.clear()
            rows = self._database.execute(
                "select serial, body from log where serial > %s order by serial limit %s", (self._mark, BATCH)
            ).fetchall()
            if not rows:
                self.wake.wait(0.02)
                continue
            for serial, text in rows:
                self._sent += 1
                message = amqp.Message(
                    text.encode(), delivery_mode=2, content_type="application/json", message_id=str(serial)
                )
                self._channel.basic_publish(message, exchange=EXCHANGE, routing_key="thing.noted")
            while self._seen < self._sent:
                self._broker.drain_events()
            self._mark = rows[-1][0]
            self._database.execute("update mark set serial = %s", (self._mark,))

    def _confirmed(self, tag: int, _multiple: bool) -> None:
        # The broker confirms the messages of a channel to one queue in order.
        self._seen = max(self._seen, tag)


def source() -> None:
    """Commit on request, with a relay in another thread that publishes."""
    database = psycopg.connect(work.setting(work.SOURCE_URL), autocommit=True)
    database.execute(SOURCE_TABLES)
    relay = Relay()
    threading.Thread(target=relay.run, daemon=True).start()

    def one(about: UUID, at: float) -> None:
        with database.transaction():
            database.execute(work.INSERT_WORK, (uuid4(), about, at))
            database.execute(
                "insert into audit (at, actor, action, subject) values (now(), 'someone', 'thing.note', %s)", (about,)
            )
            database.execute(
                "insert into log (id, subject, at, body) values (%s, %s, now(), %s)",
                (uuid4(), about, work.body(about, at).decode()),
            )
        relay.wake.set()

    def fill(count: int) -> None:
        database.execute(FILL, {"count": count, "subjects": work.SUBJECTS})
        relay.wake.set()

    work.produce(one, fill)


UPSERT = """
    insert into effect (subject, seen, at)
    select subject, count(*), to_timestamp(max(at)) from unnest(%s::uuid[], %s::float8[]) as told (subject, at)
    group by subject
    on conflict (subject) do update set seen = effect.seen + excluded.seen, at = excluded.at
"""


def target() -> None:
    """Apply incoming events, each batch in a transaction with the cursor."""
    database = psycopg.connect(work.setting(work.TARGET_URL), autocommit=True)
    database.execute(TARGET_TABLES)
    connection, channel = connection_to_broker()
    waiting: list[Any] = []
    channel.basic_qos(0, PREFETCH, False)
    channel.basic_consume(QUEUE, callback=waiting.append)
    work.ready()
    while True:
        connection.drain_events()
        while len(waiting) < BATCH and at_once(connection):
            pass
        taken, waiting[:] = waiting[:BATCH], waiting[BATCH:]
        told = [(int(each.properties["message_id"]), *work.read(each.body)) for each in taken]
        with database.transaction():
            cursor = database.execute("select serial from cursor for update").fetchone()
            new = [each for each in told if cursor is None or each[0] > cursor[0]]
            if new:
                database.execute(UPSERT, ([each[1] for each in new], [each[2] for each in new]))
                database.execute("update cursor set serial = %s", (new[-1][0],))
        channel.basic_ack(taken[-1].delivery_tag, multiple=True)


def at_once(connection: Any) -> bool:
    """Process the data that has arrived; return False if there is none."""
    try:
        connection.drain_events(timeout=0.0005)
    except TimeoutError:
        return False
    return True


if __name__ == "__main__":
    {"source": source, "target": target}[sys.argv[1]]()
