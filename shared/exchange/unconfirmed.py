"""Priority events that came from the broker ahead of their turn and are not confirmed by the source's feed yet.

Events that only restrict access were applied, and are reverted if the feed does not contain them. Destructive events
wait.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    Index,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    Uuid,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.events.envelope import Event
from shared.exchange.digests import digest_of
from shared.store.database import TableRow, metadata

unconfirmed = Table(
    "follow_unconfirmed",
    metadata,
    Column("source", Text, primary_key=True),
    Column("id", Uuid, primary_key=True, comment="the event"),
    Column("position", BigInteger, nullable=False),
    Column("subject", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("version", SmallInteger, nullable=False),
    Column("key", Text, comment="the fact whose mark it raised; null if it raised none"),
    Column("digest", LargeBinary, nullable=False),
    Column("acted", Boolean, nullable=False, comment="false: it destroys, and waits"),
    Column("since", BigInteger, nullable=False, comment="the first position that it may have kept from being applied"),
    Column("missed", SmallInteger, nullable=False, server_default="0", comment="how often the feed did not have it"),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
Index("follow_unconfirmed_subject_index", unconfirmed.c.subject)
Index("follow_unconfirmed_at_index", unconfirmed.c.at)

#: Maximum number of unconfirmed events of one source. Any further event is applied once the feed contains it.
AT_MOST = 1_000


@dataclass(frozen=True)
class Unconfirmed:
    """An unconfirmed priority event."""

    source: str
    id: UUID
    position: int
    subject: UUID
    name: str
    version: int
    key: str | None
    digest: bytes
    acted: bool
    since: int
    missed: int


def has_room(session: Session, source: str) -> bool:
    """Return whether one more event of a source may be applied before its feed has confirmed it."""
    own = select(func.count()).select_from(unconfirmed).where(unconfirmed.c.source == source)
    return int(session.execute(own).scalar_one()) < AT_MOST


def put(session: Session, event: Event, *, acted: bool, key: str | None = None, since: int = 0) -> None:
    """Store that an event waits for confirmation, in the transaction that applied it."""
    own = {"position": event.position, "subject": event.subject, "name": event.name, "version": event.version}
    row = {"source": event.source, "id": event.id, **own, "digest": digest_of(event), "acted": acted, "since": since}
    session.execute(insert(unconfirmed).values(**row, key=key).on_conflict_do_nothing())


def due(session: Session, most: int) -> list[Unconfirmed]:
    """Return the waiting events, those with the fewest checks first."""
    query = select(unconfirmed).order_by(unconfirmed.c.missed, unconfirmed.c.at, unconfirmed.c.id).limit(most)
    return [_read(row) for row in session.execute(query)]


def of_fact(session: Session, source: str, subject: UUID, key: str) -> list[Unconfirmed]:
    """Return the events that were applied to a fact."""
    same = (unconfirmed.c.source == source) & (unconfirmed.c.subject == subject) & (unconfirmed.c.key == key)
    return [_read(row) for row in session.execute(select(unconfirmed).where(same, unconfirmed.c.acted))]


def of_source(session: Session, source: str) -> list[Unconfirmed]:
    """Return a source's events that were applied."""
    query = select(unconfirmed).where(unconfirmed.c.source == source, unconfirmed.c.acted)
    return [_read(row) for row in session.execute(query)]


def miss(session: Session, one: Unconfirmed) -> None:
    """Count a check in which the feed did not contain the event."""
    session.execute(update(unconfirmed).where(_same(one)).values(missed=unconfirmed.c.missed + 1))


def end(session: Session, one: Unconfirmed) -> bool:
    """Delete the entry after it was confirmed or reverted; return False if another process already did."""
    return session.execute(delete(unconfirmed).where(_same(one)).returning(unconfirmed.c.id)).first() is not None


def clear(session: Session, source: str) -> None:
    """Delete all entries of a source: its log was replaced, and a rebuild repairs the effects."""
    session.execute(delete(unconfirmed).where(unconfirmed.c.source == source))


def _same(one: Unconfirmed) -> ColumnElement[bool]:
    return (unconfirmed.c.source == one.source) & (unconfirmed.c.id == one.id)


def _read(row: TableRow) -> Unconfirmed:
    return Unconfirmed(**{name: getattr(row, name) for name in Unconfirmed.__dataclass_fields__})
