"""With a million events, every frequent query still uses an index and reads a bounded number of pages.

The tests do not measure time. They check the query plans and the amount of data read.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import event, text

from deploy.cli.servers import PostgresServer
from services.intake.service import EMITS
from shared.deadlines import timers
from shared.deadlines.time_source import TimeSource
from shared.events.envelope import Event, new_id
from shared.exchange import cursor, eventlog, holds, numbering, outgoing, revocation_marks
from shared.exchange.follower import reactions
from shared.exchange.follower.subject_filter import filter_subjects
from shared.http import idempotency
from shared.runtime import expiry
from shared.store.database import Database
from tests.kit import databases
from tests.kit.plans import explained, pages_of, read_whole, steps

pytestmark = [pytest.mark.integration, pytest.mark.slow]

EVENTS, OTHERS = 1_000_000, 100_000
#: The maximum number of 8 KB pages per query, for tables of any size. A page of events is spread over many.
PAGES = 1_500
#: The maximum number of rows that a plan step may read and discard.
THROWN_AWAY = 1_000
BIG = {"event_log", "follow_reactions", "idempotency_keys", "follow_holds", "follow_floors", "timers"}

SOMEONE = UUID(int=7)
#: The queried subject, which has 1,000 events.
SUBJECT = "lpad(to_hex(number % 1000), 32, '0')::uuid"
FILL = f"""
    insert into event_log (position, id, subject, name, version, time, correlation, classification, data)
    select number, gen_random_uuid(), {SUBJECT}, 'case.closed', 1, now(), gen_random_uuid(), 'case', '{{}}'
    from generate_series(1, {EVENTS}) as number;
    update event_log_head set position = {EVENTS};
    update event_log_published set position = {EVENTS - 100};
    insert into follow_reactions (id, source, position, name, at)
    select gen_random_uuid(), 'legal', number, 'answer', now() - interval '399 days' * random()
    from generate_series(1, {OTHERS}) as number;
    insert into idempotency_keys (actor, key, request, at)
    select 'someone', number::text, 'r', now() - interval '29 days' * random()
    from generate_series(1, {OTHERS}) as number;
    insert into follow_holds (source, subject, position, name, version, attempts, reason, next_try_at, parked_at)
    select 'legal', gen_random_uuid(), number, 'x', 1, 6, 'KeyError', null, now()
    from generate_series(1, {OTHERS}) as number;
    insert into follow_floors (source, subject, key, position)
    select 'legal', gen_random_uuid(), 'member:1', number from generate_series(1, {OTHERS}) as number;
    insert into timers (owner, name, due_at)
    select gen_random_uuid(), 'x', now() + interval '1 day' + interval '1 year' * random()
    from generate_series(1, {OTHERS}) as number;
"""  # noqa: S608 - of our own words only


@dataclass
class Asked:
    """A database, and the statements that were executed while recording was on."""

    database: Database
    connection: "psycopg.Connection[Any]"
    made: list[tuple[str, Any]] = field(default_factory=list)

    @contextmanager
    def listening(self) -> Iterator[None]:
        def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
            self.made.append((statement, parameters[0] if many else parameters))

        event.listen(self.database.engine, "before_cursor_execute", note)
        try:
            yield
        finally:
            event.remove(self.database.engine, "before_cursor_execute", note)

    def execute(self, statement: Any, parameters: Any = None) -> Any:
        """Replace the relay's own connection: record the statement, then execute it."""
        self.made.append((statement, parameters))
        return self.connection.execute(statement, parameters)


@pytest.fixture(scope="module")
def grown(postgres: PostgresServer) -> Iterator[Asked]:
    with (
        databases.opened(postgres, "intake") as (database, url),
        psycopg.connect(databases.owner_url(url), autocommit=True) as connection,
    ):
        with database.transaction() as session:
            eventlog.begin_epoch_if_restored(session)
        connection.execute("set statement_timeout = 0")
        connection.execute(FILL)
        connection.execute("analyze")
        yield Asked(database, connection)


def troubles(plan: dict[str, Any]) -> list[str]:
    found = [f"reads the whole of {table}" for table in sorted(read_whole(plan) & BIG)]
    for step in steps(plan):
        thrown = sum(step.get(f"Rows Removed by {why}", 0) for why in ("Filter", "Index Recheck", "Join Filter"))
        if thrown * step["Actual Loops"] > THROWN_AWAY:
            found.append(f"{step['Node Type']} threw {thrown} rows away")
    if pages_of(plan) > PAGES:
        found.append(f"touched {pages_of(plan)} pages")
    return found


def an_event() -> Event:
    return Event(new_id(), "legal", "advice.recorded", 1, SOMEONE, datetime.now(UTC), 5, new_id(), new_id(), {})


def in_session(ask: Callable[[Any], Any]) -> Callable[[Asked], None]:
    def asking(grown: Asked) -> None:
        with grown.listening(), grown.database.transaction() as session:
            ask(session)
            session.rollback()

    return asking


def alone(ask: Callable[[Database], Any]) -> Callable[[Asked], None]:
    def asking(grown: Asked) -> None:
        with grown.listening():
            ask(grown.database)

    return asking


TIMER_DUE = "select * from timers where failed_at is null and due_at <= now() order by due_at, id limit 1"


def raising(grown: Asked) -> None:
    mark = numbering.log_mark()
    for _ in range(2):
        numbering.raise_mark(grown, mark)


def sweeping(grown: Asked) -> None:
    with grown.listening():
        expiry.Expiry(grown.database).sweep_all()


QUESTIONS: dict[str, Callable[[Any], Any]] = {
    "number for a feed": in_session(eventlog.number),
    "is anything waiting": outgoing.is_waiting,
    "take for the relay": lambda asked: asked.made.extend(
        (each, None) for each in outgoing.statements(EVENTS - 90, most=500)
    ),
    "raise the floor": raising,
    "read a feed's page": in_session(lambda s: eventlog.read(s, "intake", after=EVENTS // 2, limit=200)),
    "read a feed's end": in_session(lambda s: eventlog.read(s, "intake", after=EVENTS - 10, limit=200)),
    "read a subject": in_session(lambda s: eventlog.read(s, "intake", after=EVENTS // 2, limit=200, subject=SOMEONE)),
    "read a subject of whom nothing is new": in_session(
        lambda s: eventlog.read(s, "intake", after=EVENTS - 5, limit=200, subject=SOMEONE)
    ),
    "how much waits for the broker": alone(eventlog.backlog),
    "is any timer due": alone(lambda d: timers.Timers(d, TimeSource(movable=True), EMITS, {}).fire_due()),
    "lock a cursor": in_session(lambda s: cursor.lock(s, "legal")),
    "which subjects are held or erased": in_session(
        lambda s: filter_subjects(s, "legal", {UUID(int=n) for n in range(200)})
    ),
    "is one held": in_session(lambda s: holds.held_at(s, "legal", SOMEONE)),
    "which holds are due": in_session(holds.due),
    "floors of subjects": in_session(
        lambda s: revocation_marks.marks_of(s, "legal", [UUID(int=n) for n in range(200)])
    ),
    "count what is skipped": in_session(lambda s: cursor.count_skipped(s, "legal", "x.y", 1, 5)),
    "begin a reaction": in_session(lambda s: reactions.begin(s, "intake", "answer", an_event())),
    "the next timer": in_session(timers.next_due),
    "timers that are due": in_session(lambda s: s.execute(text(TIMER_DUE))),
    "begin a request": in_session(lambda s: idempotency.begin(s, "someone", "a new key", "r")),
    "sweep": sweeping,
}


@pytest.mark.parametrize("what", QUESTIONS)
def test_a_standing_question_is_answered_by_an_index(what: str, grown: Asked) -> None:
    grown.made.clear()
    QUESTIONS[what](grown)
    assert grown.made, "it asks the database"
    found = {
        statement: wrong
        for statement, parameters in grown.made
        if (wrong := troubles(explained(grown.connection, statement, parameters)))
    }
    assert found == {}


def test_the_look_for_trouble_finds_it(grown: Asked) -> None:
    assert troubles(explained(grown.connection, "select count(*) from event_log", None))
    assert troubles(explained(grown.connection, "select * from follow_holds where reason = 'no such'", None))


def test_numbering_stays_quick_while_an_old_snapshot_keeps_what_it_has_numbered(
    grown: Asked, postgres: PostgresServer
) -> None:
    """A backup's snapshot keeps the index entries of unnumbered rows, long after they were numbered."""
    url = grown.database.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    with psycopg.connect(url) as backup:
        backup.execute("set transaction isolation level repeatable read")
        backup.execute("select count(*) from event_log_head")
        with grown.connection.transaction():
            grown.connection.execute(UNNUMBERED, {"count": 20_000})
        for _ in range(20):
            with grown.database.transaction() as session:
                eventlog.number(session)
        mark = numbering.log_mark()
        for _ in range(2):
            numbering.raise_mark(grown.connection, mark)
        with grown.connection.transaction():
            grown.connection.execute(UNNUMBERED, {"count": 3})
        with grown.connection.transaction(force_rollback=True):
            with_floor = pages_of_numbering(grown)
            grown.connection.execute("update event_log_head set floor = 0")
            without = pages_of_numbering(grown)
    assert with_floor < 100
    assert without > 10 * with_floor


UNNUMBERED = """
    insert into event_log (id, subject, name, version, time, correlation, classification, data)
    select gen_random_uuid(), gen_random_uuid(), 'case.closed', 1, now(), gen_random_uuid(), 'case', '{}'
    from generate_series(1, %(count)s)
"""


def pages_of_numbering(grown: Asked) -> int:
    return pages_of(explained(grown.connection, numbering.LOOK, None))


def test_the_events_that_fill_the_log_are_of_a_type_that_is_told() -> None:
    assert "case.closed" in {each.name for each in EMITS}
