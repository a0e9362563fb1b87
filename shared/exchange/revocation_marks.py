"""Revocation marks: a priority event outranks all earlier events about the same fact, even if they arrive later.

Priority events overtake (`shared.exchange.follower.guard`), so an older grant can arrive after a newer withdrawal. One
row per source, subject and fact stores the position of the last priority event.
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
    """Return whether a later priority event about the same fact was applied."""
    return key is not None and position < by_fact.get((subject, key), 0)


def reaches(by_fact: Marks, event: Event, key: str | None) -> bool:
    """Return whether this priority event, or a later one about the same fact, was applied."""
    return key is not None and event.position <= by_fact.get((event.subject, key), 0)


def acts_ahead(cursor: int, held_at: int | None, position: int) -> bool:
    """Return whether a priority event can be applied early: its turn is still to come, or it waits behind a hold.

    An event whose turn is past was applied; applying it again could undo a later valid change.
    """
    return position > cursor or (held_at is not None and held_at <= position)


#: One array parameter keeps the statement the same for any number of subjects, so that it remains prepared.
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
    """Raise the marks to the priority events among these, in the transaction of their effects.

    All events are from one source. An erasure needs no mark: its tombstone outranks all events of the subject.
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
    """Delete the marks of a source past a position, because its log was replaced."""
    session.execute(delete(marks).where(marks.c.source == source, marks.c.position > after))


def forget(session: Session, source: str, position: int) -> None:
    """Delete the marks of an event that the source's log does not contain at this position."""
    session.execute(delete(marks).where(marks.c.source == source, marks.c.position == position))


def lower(session: Session, source: str, subject: UUID, key: str, change: tuple[int, int]) -> None:
    """If a fact's mark is at the first of two positions, replace it with the second (0: delete it)."""
    taken_back, position = change
    own = (marks.c.source == source) & (marks.c.subject == subject) & (marks.c.key == key)
    session.execute(delete(marks).where(own, marks.c.position == taken_back))
    if position:
        new = insert(marks).values(source=source, subject=subject, key=key, position=position)
        higher = {"position": func.greatest(marks.c.position, new.excluded.position)}
        session.execute(new.on_conflict_do_update(index_elements=["source", "subject", "key"], set_=higher))


def highest(session: Session, source: str, subject: UUID | None = None) -> int:
    """Return the position of a source's latest priority event (of one subject, if given); 0 if there is none."""
    query = select(func.coalesce(func.max(marks.c.position), 0)).where(marks.c.source == source)
    if subject is not None:
        query = query.where(marks.c.subject == subject)
    return int(session.execute(query).scalar_one())
