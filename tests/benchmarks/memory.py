"""The memory of running services: after journeys, and during 100,000 events from one service to two followers."""

import sys
import time
from dataclasses import dataclass

import psycopg

from deploy.cli.installation import SERVICES, Installation
from deploy.cli.servers import PostgresServer
from tests.kit.installation import command, resident_megabytes

EVENTS = 100_000
SUBJECTS = 5_000
SAMPLE_SECONDS, LONGEST_SECONDS = 2.0, 900.0
#: Inserted as if intake had recorded them; closing an unknown case adds it.
FILL = """
    insert into event_log (id, subject, name, version, time, correlation, classification, data)
    select gen_random_uuid(), lpad(to_hex(number %% %(subjects)s), 32, '0')::uuid, 'team.member_added', 1, now(),
        gen_random_uuid(), 'case',
        jsonb_build_object('member', lpad(to_hex(number), 32, '0')::uuid, 'role', 'caseworker', 'lead', false)
    from generate_series(1, %(count)s) as number
"""


@dataclass(frozen=True)
class Memory:
    """Megabytes of the largest service after a tenth of the events and at the end, and the throughput."""

    early: float
    late: float
    per_second: float


def through_many_events(installation: Installation) -> Memory:
    """Let 100,000 events flow from intake to legal and support; return the memory use and the throughput."""
    with psycopg.connect(_url(installation, "intake"), autocommit=True) as connection:
        connection.execute(FILL, {"count": EVENTS, "subjects": SUBJECTS})
        row = connection.execute("select count(*) from event_log").fetchone()
    last = int(row[0]) if row else 0
    began, samples = time.monotonic(), list[tuple[int, float]]()
    while not samples or samples[-1][0] < last:
        if time.monotonic() - began > LONGEST_SECONDS:
            raise RuntimeError(f"{samples[-1][0]} of {last} events were applied in {LONGEST_SECONDS:g} s.")
        time.sleep(SAMPLE_SECONDS)
        position = min(_position(installation, name) for name in ("legal", "support"))
        samples.append((position, max(resident_megabytes(installation, name) for name in SERVICES)))
        sys.stderr.write(f"{position} of {last} events, {samples[-1][1]:.1f} MB\n")
    early = next(size for position, size in samples if position >= last // 10)
    return Memory(early, samples[-1][1], EVENTS / (time.monotonic() - began))


def journeys(installation: Installation, count: int) -> bool:
    """Run journeys; return whether all completed."""
    return command(installation, "journey", "--count", str(count)).wait() == 0


def _position(installation: Installation, service: str) -> int:
    with psycopg.connect(_url(installation, service)) as connection:
        row = connection.execute("select position from follow_cursors where source = 'intake'").fetchone()
    return int(row[0]) if row else 0


def _url(installation: Installation, service: str) -> str:
    return PostgresServer(installation.home, installation.ports["postgres"]).database_url(service)
