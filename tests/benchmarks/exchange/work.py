"""The job of every system: commit a row, publish a durable event of 600 bytes, upsert at the consumer.

This module imports neither our code nor any driver: each system chooses its own, in the order that it needs.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

SOURCE_URL, TARGET_URL, BROKER_URI = "BENCH_SOURCE_URL", "BENCH_TARGET_URL", "BENCH_BROKER_URI"
BODY_BYTES = 600
#: The number of subjects: most events update the row of an earlier one.
SUBJECTS = 1_000

SOURCE_TABLES = """
    create table work (id uuid primary key, subject uuid not null, at timestamptz not null)
"""
TARGET_TABLES = """
    create table effect (subject uuid primary key, seen bigint not null, at timestamptz not null);
    create function tell() returns trigger language plpgsql as $$
        begin
            perform pg_notify('effect', extract(epoch from new.at)::text);
            return null;
        end
    $$
"""
INSERT_WORK = "insert into work (id, subject, at) values (%s, %s, to_timestamp(%s))"
UPSERT_EFFECT = """
    insert into effect (subject, seen, at) values (%s, 1, to_timestamp(%s))
    on conflict (subject) do update set seen = effect.seen + 1, at = excluded.at
"""


def setting(name: str) -> str:
    """Return a setting that the runner passed to this process."""
    return os.environ[name]


def subject(number: int) -> UUID:
    """Return the subject of an event."""
    return UUID(int=number % SUBJECTS)


def body(about: UUID, at: float) -> bytes:
    """Return an event of the agreed size, for systems without a message format."""
    document = {"id": str(uuid4()), "type": "thing.noted", "subject": str(about), "at": at, "data": ""}
    document["data"] = "x" * (BODY_BYTES - len(json.dumps(document)))
    return json.dumps(document).encode()


def read(body: bytes) -> tuple[str, float]:
    """Return the parts of a body that the consumer needs."""
    document = json.loads(body)
    return document["subject"], document["at"]


def commit_row(connection: Any, about: UUID, at: float) -> None:
    """Commit the row of an event, with psycopg only."""
    with connection.transaction():
        connection.execute(INSERT_WORK, (uuid4(), about, at))


def commit_effect(connection: Any, about: str, at: float) -> None:
    """Upsert and commit at the consumer, with psycopg only."""
    with connection.transaction():
        connection.execute(UPSERT_EFFECT, (about, at))


def ready() -> None:
    """Notify the runner that this process is ready."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()


def produce(
    one: Callable[[UUID, float], None],
    fill: Callable[[int], None] | None = None,
    read_line: Callable[[], str] = sys.stdin.readline,
) -> None:
    """Execute the command of each line until the input ends.

    `live 5000` creates events one by one, `fill 5000` all at once.
    """
    ready()
    while words := read_line().split():
        count = int(words[1])
        if words[0] == "fill" and fill is not None:
            fill(count)
        else:
            for number in range(count):
                one(subject(number), time.time())
