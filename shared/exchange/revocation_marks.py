"""Revocation marks: a priority event outranks every earlier event about the same fact, however late that arrives.

Priority events overtake (`shared.exchange.follower.guard`), so that an older grant may arrive after a newer
withdrawal. One row per source, subject and fact keeps the position of the last priority event.
"""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import BigInteger, Column, Table, Text, Uuid, any_, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session

from shared.events.contract import Reads, Received
from shared.events.envelope import Event
from shared.store.database import metadata
from shared.store.statements import rows_into

marks = Table(
    "follow_floors",
    metadata,
    Column("source", Text, primary_key=True),
    Column("subject", Uuid, primary_key=True),
    Column("key", Text, primary_key=True, comment="the fact that is restricted, such as member:<id>"),
    Column("position", BigInteger, nullable=False, comment="of the last restriction"),
)

#: The position of the last priority event of each fact (subject, key).
Marks = Mapping[tuple[UUID, str], int]


def outranked(by_fact: Marks, subject: UUID, key: str | None, position: int) -> bool:
    """Return whether a later priority event about the same fact has acted."""
    return key is not None and position < by_fact.get((subject, key), 0)


def reaches(by_fact: Marks, event: Event, key: str | None) -> bool:
    """Return whether a priority event, or a later one about the same fact, has acted."""
    return key is not None and event.position <= by_fact.get((event.subject, key), 0)


def acts_ahead(cursor: int, held_at: int | None, position: int) -> bool:
    """Return whether a priority event at `position` may act early: its turn is to come, or waits behind a hold.

    One whose turn is past has acted; acting again could undo what was rightly done after it.
    """
    return position > cursor or (held_at is not None and held_at <= position)


#: One array, and not a parameter for each: the statement is then the same whatever their number, and is kept prepared.
_OF_SUBJECTS = select(marks).where(
    marks.c.source == bindparam("source"), marks.c.subject == any_(bindparam("subjects", type_=ARRAY(Uuid)))
)


def marks_of(session: Session, source: str, subjects: Iterable[UUID]) -> Marks:
    """Return the marks of some subjects."""
    rows = session.execute(_OF_SUBJECTS, {"source": source, "subjects": list(set(subjects))})
    return {(row.subject, row.key): row.position for row in rows}


def without_outranked(session: Session, reads: Reads, received: Sequence[Received]) -> list[Received]:
    """Leave out the events (all of one source) that a mark outranks."""
    named = {event.event.id: reads.fact(event) for event in received}
    subjects = {event.subject for event in received if named[event.event.id] is not None}
    if not subjects:
        return list(received)
    by_fact = marks_of(session, received[0].event.source, subjects)
    return [
        event
        for event in received
        if not outranked(by_fact, event.subject, named[event.event.id], event.event.position)
    ]


def raise_for(session: Session, reads: Reads, received: Sequence[Received]) -> None:
    """Raise the marks to the priority events among these (all of one source), in the transaction of their effects.

    One that outlives its subject needs none: of what it had erased a tombstone is left, which outranks everything.
    """
    risen: dict[tuple[UUID, str], int] = {}
    for event in received:
        key = reads.fact(event)
        if key is not None and reads.priority_event(event.event) and not reads.outlives(event.event):
            fact = (event.subject, key)
            risen[fact] = max(event.event.position, risen.get(fact, 0))
    if not risen:
        return
    source = received[0].event.source
    rows = [
        {"source": source, "subject": subject, "key": key, "position": position}
        for (subject, key), position in sorted(risen.items())
    ]
    new = rows_into(marks, rows)
    higher = {"position": func.greatest(marks.c.position, new.excluded.position)}
    session.execute(new.on_conflict_do_update(index_elements=["source", "subject", "key"], set_=higher))


def clear(session: Session, source: str, *, after: int = 0) -> None:
    """Delete the marks of a source past a position: its log was replaced, and they are of one that is no more."""
    session.execute(delete(marks).where(marks.c.source == source, marks.c.position > after))


def forget(session: Session, source: str, position: int) -> None:
    """Delete the marks that an event left which the source's log does not have at this position."""
    session.execute(delete(marks).where(marks.c.source == source, marks.c.position == position))


def lower(session: Session, source: str, subject: UUID, key: str, change: tuple[int, int]) -> None:
    """Delete the mark of a fact that is at the first of two positions, and raise it to the second (0: none)."""
    taken_back, position = change
    own = (marks.c.source == source) & (marks.c.subject == subject) & (marks.c.key == key)
    session.execute(delete(marks).where(own, marks.c.position == taken_back))
    if position:
        new = insert(marks).values(source=source, subject=subject, key=key, position=position)
        higher = {"position": func.greatest(marks.c.position, new.excluded.position)}
        session.execute(new.on_conflict_do_update(index_elements=["source", "subject", "key"], set_=higher))


def highest(session: Session, source: str, subject: UUID | None = None) -> int:
    """Return the position of a source's latest priority event (about one subject, if given); 0 if there is none."""
    query = select(func.coalesce(func.max(marks.c.position), 0)).where(marks.c.source == source)
    if subject is not None:
        query = query.where(marks.c.subject == subject)
    return int(session.execute(query).scalar_one())
