"""A service's event log: the source of truth for the broker and the feeds.

`record` writes events in the caller's transaction, so that each change and its event are committed or rolled back
together. `number` assigns the next gap-free positions to committed rows. Both the relay and the feed call it, so the
feed continues when the broker is down.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    DateTime,
    Identity,
    Index,
    Integer,
    Select,
    SmallInteger,
    Table,
    Text,
    Uuid,
    func,
    insert,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from shared.events.contract import Emits, EventRefused
from shared.events.envelope import INSIDE, MAXIMUM_BYTES, Announcement, Event, encode, new_id
from shared.exchange import numbering
from shared.store.context import ContextKey
from shared.store.database import RECORDED, Database, TableRow, metadata
from shared.store.statements import insert_rows

event_log = Table(
    "event_log",
    metadata,
    Column("serial", BigInteger, Identity(always=True), primary_key=True, comment="order of insert, with gaps"),
    Column("position", BigInteger, unique=True, comment="order of the log, without gaps; null until numbered"),
    Column("id", Uuid, nullable=False, unique=True),
    Column("subject", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("version", SmallInteger, nullable=False),
    Column("time", DateTime(timezone=True), nullable=False),
    Column("correlation", Uuid, nullable=False),
    Column("cause", Uuid),
    Column("classification", Text, nullable=False),
    Column("traceparent", Text),
    Column("data", JSONB, nullable=False),
)
Index("event_log_unnumbered_index", event_log.c.serial, postgresql_where=event_log.c.position.is_(None))
Index("event_log_subject_position_index", event_log.c.subject, event_log.c.position)

log_head = Table(
    "event_log_head",
    metadata,
    Column("single", SmallInteger, primary_key=True, autoincrement=False),
    Column("position", BigInteger, nullable=False),
    Column(
        "floor",
        BigInteger,
        nullable=False,
        server_default="0",
        comment="up to this serial every row is numbered, or was rolled back",
    ),
    CheckConstraint("single = 1", name="single"),
)
log_published = Table(
    "event_log_published",
    metadata,
    Column("single", SmallInteger, primary_key=True, autoincrement=False),
    Column("position", BigInteger, nullable=False),
    CheckConstraint("single = 1", name="single"),
)
log_epochs = Table(
    "event_log_epochs",
    metadata,
    Column("number", Integer, Identity(always=True), primary_key=True),
    Column("epoch", Uuid, nullable=False, unique=True),
    Column("after_position", BigInteger, nullable=False),
    Column("identity", Text, nullable=False, comment="which database this was: system, timeline, table"),
    Column("began_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)


@dataclass(frozen=True)
class Epoch:
    """One epoch of a log's database: its id, and the position after which it began."""

    epoch: UUID
    after: int


@dataclass
class Origin:
    """The cause of a transaction's work; every event recorded in the transaction carries it.

    `next_id` returns event ids. They are random for a person's action. For a reaction to an event they are derived from
    the event and the reaction, so that running it again cannot create a second event.
    """

    emits: Emits
    correlation: UUID = field(default_factory=new_id)
    cause: UUID | None = None
    traceparent: str | None = None
    next_id: Callable[[], UUID] = new_id


#: The cause of a transaction, as carried by every transaction that records events.
ORIGIN: ContextKey[Origin] = ContextKey("origin")


def reaction_ids(reaction: UUID) -> Callable[[], UUID]:
    """Return ids that are the same whenever the same reaction runs again."""
    numbers = iter(range(1_000_000))
    return lambda: uuid5(reaction, str(next(numbers)))


def record(session: Session, subject: UUID, announcements: Iterable[Announcement]) -> None:
    """Write events about `subject` to the log, in the caller's transaction.

    The caller must have locked the subject's row or created it. Otherwise two transactions about one case could be
    numbered in another order than they changed it. Raises `EventRefused` for an event that no follower could read.
    """
    origin = ORIGIN.of(session)
    rows = [_row(origin, subject, announcement) for announcement in announcements]
    if rows:
        insert_rows(session, event_log, rows)
        RECORDED.put(session, (RECORDED.find(session) or 0) + len(rows))


def _row(origin: Origin, subject: UUID, announcement: Announcement) -> dict[str, object]:
    kind, data = origin.emits.check(announcement)
    row: dict[str, Any] = {
        "id": origin.next_id(),
        "subject": subject,
        "name": kind.name,
        "version": kind.version,
        "time": datetime.now(UTC),
        "correlation": origin.correlation,
        "cause": origin.cause,
        "classification": kind.classification,
        "traceparent": origin.traceparent,
        "data": data,
    }
    largest = Event(source=origin.emits.service, position=10**19, epoch=UUID(int=0), **row)
    if len(encode(largest)) > MAXIMUM_BYTES:
        raise EventRefused(f"{kind.name} v{kind.version} is larger than {MAXIMUM_BYTES} bytes")
    return row


def number(session: Session) -> int:
    """Assign positions to committed rows, in the order of their serials; return the head.

    Run it in a separate transaction: it must not see uncommitted rows of the same transaction. If the database was
    replaced, it first begins a new epoch, because a failover can happen while the service runs.
    """
    connection = session.connection()
    head, waiting = connection.exec_driver_sql(numbering.LOOK).one()
    if waiting:
        connection.exec_driver_sql(numbering.LOCK)
        begin_epoch_if_restored(session)
        connection.exec_driver_sql(numbering.NUMBER, {"most": numbering.NUMBER_AT_MOST})
        head = session.execute(select(log_head.c.position)).scalar_one()
    return int(head)


def numbered(database: Database) -> int:
    """Assign positions to committed rows in a separate transaction, if there are any; return the head."""
    look = database.ask(numbering.LOOK)
    if not look["waiting"]:
        return int(look["position"])
    with database.transaction() as session:
        return number(session)


_LOOK_WITH_EPOCHS = f"""
    select head.position, head.waiting, lives.epochs, lives.afters
    from ({numbering.LOOK}) as head, (
        select array_agg(epoch order by number) as epochs, array_agg(after_position order by number) as afters
        from event_log_epochs
    ) as lives
"""  # noqa: S608 - only constants of this module are inserted


def numbered_with_epochs(database: Database) -> tuple[int, list[Epoch]]:
    """Number rows as `numbered` does; return the head and the log's epochs, oldest first.

    It needs only one round trip if no row has to be numbered, because each follower polls this every few seconds.
    """
    look = database.ask(_LOOK_WITH_EPOCHS)
    if look["waiting"]:
        numbered(database)  # which can begin an epoch
        look = database.ask(_LOOK_WITH_EPOCHS)
    lives = zip(look["epochs"] or (), look["afters"] or (), strict=True)
    return int(look["position"]), [Epoch(epoch, after) for epoch, after in lives]


def read(
    connection: Session | Connection,
    service: str,
    *,
    after: int,
    limit: int,
    subject: UUID | None = None,
    hidden: Callable[[ColumnElement[UUID | None]], ColumnElement[bool]] | None = None,
    too_much: Collection[tuple[str, int]] = (),
) -> list[Event]:
    """Read numbered events in order, from the position after `after`.

    Events of `hidden` subjects are left out. Restricted readers do not receive internal events, and no events of a type
    (name and version) in `too_much`.
    """
    if not limit:  # the reader only checks for news, so return the head
        return []
    query = select(event_log).where(event_log.c.position > after).order_by(event_log.c.position).limit(limit)
    if subject is not None:
        query = query.where(event_log.c.subject == subject)
    if hidden is not None:
        query = query.where(~hidden(event_log.c.subject), event_log.c.classification != INSIDE)
        query = query.where(tuple_(event_log.c.name, event_log.c.version).not_in(sorted(too_much)))
    rows = connection.execute(query).all()
    lives = epochs(connection)  # read after the rows: an epoch that begins in between contains the rows numbered in it
    return [_event(row, service, lives) for row in rows]


def _event(row: TableRow, service: str, lives: Sequence[Epoch]) -> Event:
    return Event(
        id=row.id,
        source=service,
        name=row.name,
        version=row.version,
        subject=row.subject,
        time=row.time,
        position=row.position,
        epoch=next(life.epoch for life in reversed(lives) if life.after < row.position),
        correlation=row.correlation,
        cause=row.cause,
        classification=row.classification,
        traceparent=row.traceparent,
        data=row.data,
    )


def epochs(connection: Session | Connection) -> list[Epoch]:
    """Return the log's epochs, oldest first."""
    rows = connection.execute(select(log_epochs.c.epoch, log_epochs.c.after_position).order_by(log_epochs.c.number))
    return [Epoch(row.epoch, row.after_position) for row in rows]


def last_epoch() -> Select[UUID]:
    """Return the query for the id of the log's current epoch."""
    return select(log_epochs.c.epoch).order_by(log_epochs.c.number.desc()).limit(1)


def begin_epoch_if_restored(session: Session) -> Epoch:
    """Begin a new epoch if the database was replaced since the last epoch began.

    After a restore, a failover or a copy, the database can lack events that followers have already applied; a new epoch
    tells them. The check compares the server's system identifier, its timeline, and the identity of the log's table.
    The timeline is taken from the current WAL file, because the last checkpoint reports the old timeline until the next
    checkpoint after a failover.
    """
    head = int(session.execute(select(log_head.c.position).with_for_update()).scalar_one())
    here = _identity(session)
    last = session.execute(select(log_epochs).order_by(log_epochs.c.number.desc()).limit(1)).first()
    if last is not None and last.identity == here:
        return Epoch(last.epoch, last.after_position)
    return _begin_epoch(session, head, here)


def begin_epoch(session: Session, after: int | None = None) -> Epoch:
    """Begin a new epoch manually, after the last position that is known to be good; None means after the head.

    Use it after a restore that changes no identity: a snapshot put back on the same disk. Raises `ValueError` if the
    position is not in the current epoch.
    """
    head = int(session.execute(select(log_head.c.position).with_for_update()).scalar_one())
    last_kept = head if after is None else after
    lives = epochs(session)
    if not (lives[-1].after if lives else 0) <= last_kept <= head:
        raise ValueError(last_kept)
    return _begin_epoch(session, last_kept, _identity(session))


def _begin_epoch(session: Session, after: int, identity: str) -> Epoch:
    started = Epoch(new_id(), after)
    session.execute(insert(log_epochs).values(epoch=started.epoch, after_position=after, identity=identity))
    return started


def _identity(session: Session) -> str:
    """Return the identity of this database; a restored or replaced database has another one."""
    identity = session.execute(
        text("""
            select concat_ws('/', (select system_identifier from pg_control_system()),
                ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int,
                (select oid from pg_database where datname = current_database()), 'event_log'::regclass::oid)
        """)
    ).scalar_one()
    return str(identity)


@dataclass(frozen=True, slots=True)
class Backlog:
    """How far a log was numbered and published, the number of unpublished events, and the age of the oldest.

    The age is in seconds; 0 if no event waits.
    """

    head: int
    published: int
    waiting: int
    oldest: float

    @property
    def is_numbered(self) -> bool:
        """Whether all committed rows have a position."""
        return self.waiting == self.head - self.published


_BACKLOG = """
    select head.position as head, published.position as published,
        head.position - published.position
            + (select count(*) from event_log where position is null and serial > head.floor) as waiting,
        coalesce(
            (select time from event_log where event_log.position = published.position + 1),
            (select time from event_log where position is null and serial > head.floor order by serial limit 1)
        ) as oldest
    from event_log_head as head, event_log_published as published
"""


def backlog(database: Database) -> Backlog:
    """Return the events that the broker has not confirmed, numbered or not."""
    found = database.ask(_BACKLOG)
    oldest = found["oldest"]
    age = 0.0 if oldest is None else max(0.0, (datetime.now(UTC) - oldest).total_seconds())
    return Backlog(found["head"], found["published"], found["waiting"], age)
