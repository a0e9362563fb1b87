"""Store events for agencies, and put them at positions of streams."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.partners.streams.ground import actions as grounds
from services.partners.streams.stream.models import (
    EarlyEvent,
    FrozenEvent,
    Position,
    Stream,
    StreamEpoch,
    ToldCategory,
    ToldEvent,
)
from shared.events.contract import Received
from shared.events.envelope import Event
from shared.events.outside import OutsideType, outside_type
from shared.exchange import eventlog
from shared.store.statements import rows_into

#: The epoch of an event that is decided again, which nothing reads.
_NO_LIFE: Final = UUID(int=0)


def keep_event(session: Session, received: Received, waiting: Sequence[UUID], day: date) -> None:
    """Store an event that some agency receives now, and for the agencies that receive it once consent resumes."""
    event = received.event
    row = {**kept_of(received), "source_position": event.position}
    session.execute(insert(ToldEvent).values(**row).on_conflict_do_nothing())
    if waiting:
        later = [
            {"agency": agency, "event": event.id, "case_id": event.subject, "told_on": day}
            for agency in sorted(waiting)
        ]
        session.execute(rows_into(FrozenEvent, later).on_conflict_do_nothing())


def kept_of(received: Received) -> dict[str, object]:
    """Return the stored form of an event: only data that can leave to an agency or that the gate reads."""
    event = received.event
    event_type = outside_type(event.source, event.name, event.version)
    return {
        "id": event.id,
        "source": event.source,
        "name": event.name,
        "version": event.version,
        "case_id": event.subject,
        "classification": event.classification,
        "correlation": event.correlation,
        "cause": event.cause,
        "data": {} if event_type is None else leaving(event_type, event.data),
    }


def event_of(stored: EarlyEvent | ToldEvent, *, time: datetime, position: int) -> Event:
    """Return an event as it was stored, to decide again. Not every stored event has its `time` and `position`."""
    return Event(
        id=stored.id,
        source=stored.source,
        name=stored.name,
        version=stored.version,
        subject=stored.case_id,
        time=time,
        position=position,
        epoch=_NO_LIFE,
        correlation=stored.correlation,
        cause=stored.cause,
        classification=stored.classification,
        data=stored.data,
    )


def leaving(event_type: OutsideType, data: Mapping[str, object]) -> dict[str, object]:
    """Return the data that can leave to an agency, and the data that the gate reads when it decides again."""
    audience = event_type.audience
    asked = {audience.by, audience.agency, audience.record}
    categories = event_type.categories()
    return {name: value for name, value in data.items() if name in categories or name in asked}


def put(
    session: Session,
    agencies: Sequence[UUID],
    event: UUID,
    now: datetime,
    law: str | None,
    told_on: date | None = None,
) -> None:
    """Put an event at the next position of each agency's stream, unless it has a position there.

    `told_on`: the day on which the event first became due for delivery; today if None. Grounds that began later do not
    open it.
    """
    there = set(session.scalars(select(Position.agency).where(Position.event == event, Position.agency.in_(agencies))))
    new = sorted(set(agencies) - there)
    if not new:
        return
    _begin_lives(session, new, now)
    advanced = update(Stream).where(Stream.agency.in_(new)).values(head=Stream.head + 1)
    heads = session.execute(advanced.returning(Stream.agency, Stream.head)).all()
    day = told_on or grounds.day_of(now, law)
    rows = [
        {"agency": row.agency, "sequence": row.head, "event": event, "told_at": now, "told_on": day} for row in heads
    ]
    session.execute(rows_into(Position, rows))


def _begin_lives(session: Session, agencies: Sequence[UUID], now: datetime) -> None:
    """Lock these agencies' streams in one order, and begin an epoch of each that this database has not begun."""
    unused = rows_into(Stream, [{"agency": agency, "head": 0} for agency in agencies])
    session.execute(unused.on_conflict_do_nothing())
    locked = select(Stream).where(Stream.agency.in_(agencies)).order_by(Stream.agency).with_for_update()
    heads = {stream.agency: stream.head for stream in session.scalars(locked.execution_options(populate_existing=True))}
    epoch = eventlog.epochs(session)[-1].epoch
    begun = set(session.scalars(select(StreamEpoch.agency).where(StreamEpoch.epoch == epoch)))
    lives = [
        {"agency": agency, "epoch": epoch, "after": head, "began_at": now}
        for agency, head in heads.items()
        if agency not in begun
    ]
    if lives:
        session.execute(rows_into(StreamEpoch, lives).on_conflict_do_nothing())


def agencies_told(session: Session, case: UUID) -> set[UUID]:
    """Return the agencies whose streams contain events of a case, or did before those had to wait or were erased."""
    heard = select(Position.agency).join(ToldEvent, ToldEvent.id == Position.event).where(ToldEvent.case_id == case)
    waiting = select(FrozenEvent.agency).where(FrozenEvent.case_id == case, FrozenEvent.sequence.is_not(None))
    earlier = select(ToldCategory.agency).where(ToldCategory.case_id == case)
    return set(session.scalars(heard.union(waiting, earlier)))


def was_told(session: Session, agency: UUID, case: UUID, *, but: UUID) -> bool:
    """Return whether an agency's stream has an event of a case other than `but`, or had one that now waits."""
    heard = select(ToldEvent.id).join(Position, Position.event == ToldEvent.id)
    stands = heard.where(Position.agency == agency, ToldEvent.case_id == case, ToldEvent.id != but)
    waiting = select(FrozenEvent.event).where(FrozenEvent.agency == agency, FrozenEvent.case_id == case)
    stood = waiting.where(FrozenEvent.sequence.is_not(None), FrozenEvent.event != but)
    return session.scalar(select(stands.exists() | stood.exists())) is True
