"""Reactions to other services' events: one row each, so that none runs twice.

If a source is restored from an older backup, some events disappear. The rows of their reactions are kept and shown to
operators.
"""

from collections.abc import Collection
from uuid import UUID, uuid5

from sqlalchemy import BigInteger, Column, DateTime, Index, Select, Table, Text, Uuid, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.access import exclusions
from shared.events.envelope import Event
from shared.store.database import TableRow, metadata

reactions = Table(
    "follow_reactions",
    metadata,
    Column("id", Uuid, primary_key=True, comment="made of cause, follower and reaction: it can't happen twice"),
    Column("source", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("event", Uuid, comment="the cause"),
    Column("subject", Uuid),
    Column("vanished_at", DateTime(timezone=True), comment="the source's log no longer has the event"),
)
Index("follow_reactions_vanished_index", reactions.c.id, postgresql_where=reactions.c.vanished_at.is_not(None))
Index("follow_reactions_at_index", reactions.c.at)


def id_of(service: str, name: str, event: UUID) -> UUID:
    """Return a reaction's id: always the same for one service, reaction and event."""
    return uuid5(event, f"{service}/{name}")


def begin(session: Session, service: str, name: str, event: Event, *, is_named: bool = True) -> UUID | None:
    """Claim a reaction in the caller's transaction; return its id, or None if it already ran.

    The row contains the event's subject only if `is_named`: no row may refer to an erased subject.
    """
    this = id_of(service, name, event.id)
    where = {"source": event.source, "position": event.position}
    new_reaction = insert(reactions).values(id=this, name=name, event=event.id, **where)
    if is_named:
        new_reaction = new_reaction.values(subject=event.subject)
    if session.execute(new_reaction.on_conflict_do_nothing().returning(reactions.c.id)).first() is not None:
        return this
    # A vanished event has come again: its source was restored once more, and has caught up.
    back = update(reactions).where(reactions.c.id == this, reactions.c.vanished_at.is_not(None))
    session.execute(back.values(vanished_at=None, **where))
    return None


def among(session: Session, ids: Collection[UUID]) -> set[UUID]:
    """Return which of these reactions were executed."""
    return set(session.execute(select(reactions.c.id).where(reactions.c.id.in_(ids))).scalars())


def mark_vanished(session: Session, source: str, *, after: int, still: Collection[UUID]) -> int:
    """Mark reactions to vanished events (past `after` and not in `still`); return their number."""
    vanishing = (reactions.c.source == source) & (reactions.c.position > after) & reactions.c.vanished_at.is_(None)
    marked = update(reactions).where(vanishing, reactions.c.id.not_in(still)).values(vanished_at=func.now())
    return len(session.execute(marked.returning(reactions.c.id)).all())


def mark_vanished_event(session: Session, source: str, event: UUID) -> None:
    """Mark the reactions to an event that the source's log does not contain."""
    own = (reactions.c.source == source) & (reactions.c.event == event) & reactions.c.vanished_at.is_(None)
    session.execute(update(reactions).where(own).values(vanished_at=func.now()))


def mark_forged(session: Session, source: str, position: int, *, but: UUID) -> None:
    """Mark the reactions at a position to any other event than the logged one."""
    here = (reactions.c.source == source) & (reactions.c.position == position) & (reactions.c.event != but)
    session.execute(update(reactions).where(here, reactions.c.vanished_at.is_(None)).values(vanished_at=func.now()))


def find_vanished(
    session: Session, *, after: UUID | None, limit: int, reader: UUID | None = None
) -> list[dict[str, object]]:
    """List the reactions to vanished events in order of their ids, starting behind `after`.

    `reader` is a staff member; reactions about a person who excluded them are left out.
    """
    query = select(reactions).where(reactions.c.vanished_at.is_not(None)).order_by(reactions.c.id).limit(limit)
    if reader is not None:
        query = query.where(~exclusions.excludes(reactions.c.subject, reader))
    if after is not None:
        query = query.where(reactions.c.id > after)
    return [_shown(row) for row in session.execute(query)]


def count_of_vanished() -> Select[int]:
    """Return the query that counts the reactions to vanished events."""
    return select(func.count()).where(reactions.c.vanished_at.is_not(None))


def _shown(row: TableRow) -> dict[str, object]:
    return {
        "id": str(row.id),
        "reaction": row.name,
        "source": row.source,
        "position": row.position,
        "event": None if row.event is None else str(row.event),
        "subject": None if row.subject is None else str(row.subject),
        "answered_at": row.at.isoformat(),
        "vanished_at": row.vanished_at.isoformat(),
    }
