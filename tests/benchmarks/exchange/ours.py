"""Our system as shipped: two services of this kind with the usual loops, edge and feeds, in its own host process."""

from shared.runtime import host
from shared.store.database import RECORDED

host.prepare()  # before any other import: see that module

import os  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections.abc import Sequence  # noqa: E402
from datetime import UTC, datetime  # noqa: E402
from functools import partial  # noqa: E402
from typing import Any  # noqa: E402
from uuid import UUID, uuid4  # noqa: E402

from eventlet import tpool  # noqa: E402
from marshmallow import Schema  # noqa: E402
from nameko.extensions import Entrypoint  # noqa: E402
from sqlalchemy import Column, DateTime, MetaData, Table, Uuid, text  # noqa: E402
from sqlalchemy import insert as plain_insert  # noqa: E402
from sqlalchemy.orm import Session  # noqa: E402

from services.registry import parts_of  # noqa: E402
from shared import operate  # noqa: E402
from shared.access.permissions import Relation  # noqa: E402
from shared.access.tokens import STAFF, Principal  # noqa: E402
from shared.audit import trail  # noqa: E402
from shared.events.contract import Emits, EventType, Instant, Read, Reads, Received  # noqa: E402
from shared.events.envelope import Announcement  # noqa: E402
from shared.exchange import eventlog  # noqa: E402
from shared.exchange.eventlog import ORIGIN, Origin  # noqa: E402
from shared.exchange.follower import Following, Projection  # noqa: E402
from shared.http import Cases  # noqa: E402
from shared.runtime import settings  # noqa: E402
from shared.runtime.process import Process, ServiceParts  # noqa: E402
from shared.telemetry import logs  # noqa: E402
from tests.benchmarks.exchange import work  # noqa: E402

SOURCE, TARGET = "maker", "reader"
#: Log rows as `record` writes them, committed at once: without positions, so unpublished.
FILL = """
    insert into event_log (id, subject, name, version, time, correlation, classification, data)
    select gen_random_uuid(), cast(lpad(to_hex(number % :subjects), 32, '0') as uuid), 'thing.noted', 1, now(),
        gen_random_uuid(), 'case', jsonb_build_object('at', now())
    from generate_series(0, :count - 1) as number
"""


class Noted(Schema):
    """The time of the event."""

    at = Instant(required=True)


EMITS = Emits(SOURCE, EventType("thing.noted", Noted, "benchmark", "Something was noted."))
NOTED = f"{SOURCE}.thing.noted"

WHO = Principal("00000000-0000-7000-8000-000000000001", frozenset({"caseworker"}), STAFF)
tables = MetaData()
work_rows = Table(
    "work",
    tables,
    Column("id", Uuid, primary_key=True),
    Column("subject", Uuid),
    Column("at", DateTime(timezone=True)),
)
INSERT_WORK = plain_insert(work_rows).inline()
#: One statement for a batch of any size, so that it stays prepared.
UPSERT = text("""
    insert into effect (subject, seen, at)
    select * from unnest(cast(:subjects as uuid[]), cast(:seen as bigint[]), cast(:at as timestamptz[]))
    on conflict (subject) do update set seen = effect.seen + excluded.seen, at = excluded.at
""")


def project(session: Session, received: Sequence[Received]) -> None:
    """Store for each subject the number of events and the time of the last one."""
    told: dict[UUID, tuple[int, datetime]] = {}
    for each in received:
        told[each.subject] = (told.get(each.subject, (0,))[0] + 1, each.data["at"])
    rows = {
        "subjects": list(told),
        "seen": [seen for seen, _ in told.values()],
        "at": [at for _, at in told.values()],
    }
    session.execute(UPSERT, rows)


class Asked(Entrypoint):
    """Creates events on the runner's request in the running service: a row, an audit row and an event at once."""

    def start(self) -> None:
        self.container.spawn_managed_thread(self._make)

    def _make(self) -> None:
        process: Process = self.container.config["process"]

        def one(about: UUID, at: float) -> None:
            when = datetime.fromtimestamp(at, UTC)
            with process.database.transaction(ORIGIN.holding(Origin(EMITS))) as session:
                session.execute(INSERT_WORK, {"id": uuid4(), "subject": about, "at": when})
                trail.note(session, WHO, action="thing.note", subject=about, status=201, correlation=uuid4())
                eventlog.record(session, about, [Announcement("thing.noted", {"at": when})])
            time.sleep(0)  # requests come from the hub, which can switch greenlets between them

        def fill(count: int) -> None:
            with process.database.transaction() as session:
                session.execute(text(FILL), {"count": count, "subjects": work.SUBJECTS})
                RECORDED.put(session, count)

        work.produce(one, fill, partial(tpool.execute, sys.__stdin__.readline))


class Maker(operate.Operated):
    """The source."""

    name = SOURCE

    @Asked.decorator
    def make(self) -> None:
        """Replace the edge through which events are normally created."""


class Listening(Entrypoint):
    """Notifies the runner when the inbox exists."""

    def start(self) -> None:
        self.container.spawn_managed_thread(self._tell)

    def _tell(self) -> None:
        process: Process = self.container.config["process"]
        while not process.follower.connected:
            time.sleep(0.05)
        work.ready()


class Reader(operate.Operated):
    """The follower."""

    name = TARGET

    @Listening.decorator
    def listen(self) -> None:
        """Replace the method that calls the projection."""


def plan(service: str) -> ServiceParts:
    """Return the parts of one of the two services."""
    following = {
        SOURCE: Following(SOURCE, EMITS, Reads()),
        TARGET: Following(
            TARGET,
            Emits(TARGET),
            Reads(Read(NOTED, Noted)),
            (Projection("effects", frozenset({NOTED}), project),),
        ),
    }[service]
    migrations = parts_of("intake")[0].migrations
    return ServiceParts(migrations, following, operate.ACCESS, Cases(_no_one, _nothing, _nothing), {})


def _no_one(*_which: Any) -> Relation:
    return Relation.NONE


def _nothing(*_which: Any) -> int:
    return 1


def main(role: str) -> int:
    """Run one of the two services until it is stopped."""
    service = SOURCE if role == "source" else TARGET
    ports = {SOURCE: int(os.environ["BENCH_SOURCE_PORT"]), TARGET: int(os.environ["BENCH_TARGET_PORT"])}
    chosen = settings.load(service, ports, os.environ)
    logs.configure(service, form=chosen.log_format, level=chosen.log_level)
    return host.serve(plan(service), Maker if service == SOURCE else Reader, chosen)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
