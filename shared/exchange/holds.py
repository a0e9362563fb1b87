"""Held subjects: if an event cannot be applied, it waits, and the later events of its subject wait behind it.

Events of other subjects continue. There is one row per source and subject. After the last attempt the row is parked for
an operator.
"""

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    DateTime,
    Index,
    Integer,
    Select,
    SmallInteger,
    Table,
    Text,
    Uuid,
    any_,
    bindparam,
    delete,
    func,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session

from shared.events.contract import NewerVersion
from shared.events.envelope import Event
from shared.store.database import TableRow, metadata

holds = Table(
    "follow_holds",
    metadata,
    Column("source", Text, primary_key=True),
    Column("subject", Uuid, primary_key=True),
    Column("position", BigInteger, nullable=False, comment="the event that could not be applied"),
    Column("name", Text, nullable=False),
    Column("version", SmallInteger, nullable=False),
    Column("attempts", SmallInteger, nullable=False),
    Column("reason", Text, nullable=False, comment="the class of the error, never its words"),
    Column("next_try_at", DateTime(timezone=True)),
    Column("parked_at", DateTime(timezone=True)),
    Column("held_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
Index("follow_holds_next_try_at_index", holds.c.next_try_at)

quarantine = Table(
    "follow_quarantine",
    metadata,
    Column("hash", Text, primary_key=True, comment="SHA-256 of the body; the body itself is not kept"),
    Column("reason", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("exchange", Text, nullable=False),
    Column("count", Integer, nullable=False),
    Column("first_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("last_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
Index("follow_quarantine_last_at_index", quarantine.c.last_at)

#: Reason of a hold whose failed event has passed, while the events behind it are tried.
PASSED = "waits_behind"

#: Seconds before the second and later attempts; after the last one the subject is parked.
WAITS = (1, 5, 30, 120, 600)
#: Number of attempts without an outcome (the event kills the process) after which an event is held without another one.
BEGUN_AT_MOST = 3


@dataclass(frozen=True)
class Hold:
    """A held subject."""

    source: str
    subject: UUID
    position: int
    attempts: int

    def is_given_up(self, error: BaseException) -> bool:
        """Return whether this error parks the subject: its attempts are used up, or it needs a newer release."""
        return self.attempts > len(WAITS) or isinstance(error, NewerVersion)


def next_try(attempts: int, now: datetime, *, jitter: float) -> datetime | None:
    """Return the time of the next attempt; None if they are used up. `jitter` (0 to 1) spreads the attempts."""
    if attempts > len(WAITS):
        return None
    return now + timedelta(seconds=WAITS[max(attempts, 1) - 1] * (0.75 + jitter / 2))


def hold(session: Session, event: Event, error: BaseException, attempts: int) -> None:
    """Hold an event's subject at this event. An event of an unknown newer version is parked until an upgrade."""
    now = datetime.now(UTC)
    due = None if isinstance(error, NewerVersion) else next_try(attempts, now, jitter=random.random())  # noqa: S311
    session.execute(
        insert(holds)
        .values(
            source=event.source,
            subject=event.subject,
            position=event.position,
            name=event.name,
            version=event.version,
            attempts=attempts,
            reason=type(error).__name__,
            next_try_at=due,
            parked_at=now if due is None else None,
        )
        .on_conflict_do_nothing()
    )


#: Query for the held ones among some `subjects` of a `source`.
#: It uses one array parameter, so that the statement stays the same for any number of subjects and remains prepared.
HELD = select(holds.c.subject).where(
    holds.c.source == bindparam("source"), holds.c.subject == any_(bindparam("subjects", type_=ARRAY(Uuid)))
)


def held_at(session: Session, source: str, subject: UUID) -> int | None:
    """Return the position at which a subject is held; None if it is not held."""
    query = select(holds.c.position).where(holds.c.source == source, holds.c.subject == subject)
    return session.execute(query).scalar_one_or_none()


def subjects_of(source: str) -> Select[UUID]:
    """Return the query for the held subjects of a source."""
    return select(holds.c.subject).where(holds.c.source == source)


def positions(session: Session, source: str, subjects: Collection[UUID]) -> dict[UUID, int]:
    """Return the hold position of each of these subjects; subjects without a hold are left out."""
    query = select(holds.c.subject, holds.c.position).where(holds.c.source == source, holds.c.subject.in_(subjects))
    return {row.subject: row.position for row in session.execute(query)}


def put_back(session: Session, source: str, subject: UUID, position: int, failed: Mapping[str, object]) -> None:
    """Hold a subject at an event that failed in a rebuild (its name, version, reason), replacing any earlier hold."""
    first_attempt = {
        "attempts": 1,
        "next_try_at": next_try(1, datetime.now(UTC), jitter=random.random()),  # noqa: S311
        "parked_at": None,
    }
    columns = {**first_attempt, **failed, "position": position}
    new = insert(holds).values(source=source, subject=subject, **columns)
    session.execute(new.on_conflict_do_update(index_elements=["source", "subject"], set_=columns))


def hold_from(session: Session, event: Event) -> None:
    """Hold a subject at an unapplied event, so that this event and those behind it are tried now."""
    hold_subject_from(session, event.source, event.subject, (event.position, event.name, event.version))


def hold_subject_from(session: Session, source: str, subject: UUID, first: tuple[int, str, int]) -> None:
    """Hold a subject from a position (with its event's name and version), unless it is held earlier than that."""
    position, name, version = first
    columns = {"position": position, "name": name, "version": version, "attempts": 0, "reason": PASSED}
    columns |= {"next_try_at": func.now(), "parked_at": None}
    new = insert(holds).values(source=source, subject=subject, **columns)
    later = holds.c.position > position
    session.execute(new.on_conflict_do_update(index_elements=["source", "subject"], set_=columns, where=later))


def forget_after(session: Session, source: str, position: int) -> None:
    """Delete the holds at events past a position, because the log was replaced there."""
    session.execute(delete(holds).where(holds.c.source == source, holds.c.position > position))


def all_holds(session: Session) -> list[Hold]:
    """Return every hold, parked or not, in a stable order."""
    rows = session.execute(select(holds).order_by(holds.c.source, holds.c.subject))
    return [Hold(row.source, row.subject, row.position, row.attempts) for row in rows]


def due(session: Session, most: int = 20) -> list[Hold]:
    """Return the holds that are due, longest waiting first, with ties ordered by source and subject."""
    order = (holds.c.next_try_at, holds.c.source, holds.c.subject)
    rows = session.execute(select(holds).where(holds.c.next_try_at <= func.now()).order_by(*order).limit(most))
    return [Hold(row.source, row.subject, row.position, row.attempts) for row in rows]


def awaited(session: Session, versions: Collection[tuple[str, str, int]], most: int = 20) -> list[Hold]:
    """Return parked holds that waited for an upgrade to one of these versions (source, name, number).

    While two releases run side by side, the older one can park such a subject at any time. This includes the time after
    the newer one has retried all parked subjects at its start.
    """
    newer = (holds.c.reason == NewerVersion.__name__) & holds.c.parked_at.is_not(None)
    is_readable = tuple_(holds.c.source, holds.c.name, holds.c.version).in_(versions)
    order = (holds.c.parked_at, holds.c.source, holds.c.subject)
    rows = session.execute(select(holds).where(newer, is_readable).order_by(*order).limit(most))
    return [Hold(row.source, row.subject, row.position, row.attempts) for row in rows]


def begin_try(session: Session, hold: Hold) -> Hold | None:
    """Count an attempt before it starts; return None if another process has changed the hold."""
    attempts = hold.attempts + 1
    now = datetime.now(UTC)
    later = next_try(attempts, now, jitter=random.random())  # noqa: S311
    changed = session.execute(
        update(holds)
        .where(_same(hold), holds.c.attempts == hold.attempts)
        .values(attempts=attempts, next_try_at=later, parked_at=now if later is None else None)
        .returning(holds.c.subject)
    ).first()
    return None if changed is None else Hold(hold.source, hold.subject, hold.position, attempts)


def locked(session: Session, hold: Hold) -> bool:
    """Lock a hold if it has not changed."""
    return session.execute(select(holds.c.position).where(_same(hold)).with_for_update()).first() is not None


def failed(session: Session, hold: Hold, event: Event, error: BaseException) -> None:
    """Record which event of the subject failed, and why. An unknown newer version is parked immediately."""
    given_up = {"next_try_at": None, "parked_at": func.now()} if isinstance(error, NewerVersion) else {}
    session.execute(update(holds).where(_same(hold)).values(_at(event) | {"reason": type(error).__name__} | given_up))


def _at(event: Event) -> dict[str, object]:
    return {"position": event.position, "name": event.name, "version": event.version}


def is_known_to_fail(row: TableRow) -> bool:
    """Return whether the event of a hold has failed; otherwise it only waits behind one that did.

    An event that kills the process leaves no error, but its attempts are counted until it is parked.
    """
    return row.reason != PASSED or row.parked_at is not None


def uncount_attempt(session: Session, hold: Hold) -> None:
    """Do not count an attempt that failed for a temporary reason, not because of the event."""
    session.execute(
        update(holds)
        .where(_same(hold))
        .values(attempts=func.greatest(holds.c.attempts - 1, 0), next_try_at=func.now(), parked_at=None)
    )


def advance(session: Session, hold: Hold, position: int, event: Event | None = None) -> Hold:
    """Move the hold to `position`, and count the first attempt at its `event` (if known)."""
    following = next_try(1, datetime.now(UTC), jitter=random.random())  # noqa: S311
    first_attempt = {"position": position, "attempts": 1, "next_try_at": following, "parked_at": None, "reason": PASSED}
    session.execute(update(holds).where(_same(hold)).values(first_attempt | (_at(event) if event else {})))
    return Hold(hold.source, hold.subject, position, 1)


def reach(session: Session, hold: Hold, event: Event) -> Hold:
    """Move the hold to the event of the next attempt; keep the number of attempts."""
    session.execute(update(holds).where(_same(hold)).values(_at(event)))
    return Hold(hold.source, hold.subject, event.position, hold.attempts)


def end_hold(session: Session, hold: Hold) -> None:
    """Delete the hold: no event of the subject is waiting."""
    session.execute(delete(holds).where(_same(hold)))


def _same(hold: Hold) -> ColumnElement[bool]:
    return (holds.c.source == hold.source) & (holds.c.subject == hold.subject) & (holds.c.position == hold.position)


def put_in_quarantine(session: Session, body: bytes, reason: str, exchange: str) -> None:
    """Record that a message body could not be read: its hash, size and reason, never the body."""
    statement = insert(quarantine).values(
        hash=sha256(body).hexdigest(), reason=reason, size=len(body), exchange=exchange[:100], count=1
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["hash"], set_={"count": quarantine.c.count + 1, "last_at": func.now()}
        )
    )


def oldest(session: Session) -> dict[str, float]:
    """Return the age in seconds of each source's oldest hold."""
    age = func.extract("epoch", func.now() - func.min(holds.c.held_at))
    rows = session.execute(select(holds.c.source, age).group_by(holds.c.source))
    return {source: float(seconds) for source, seconds in rows}


def counts(session: Session) -> dict[str, dict[str, int]]:
    """Return the numbers of held and parked subjects by source."""
    parked = func.count().filter(holds.c.parked_at.is_not(None))
    rows = session.execute(select(holds.c.source, func.count(), parked).group_by(holds.c.source))
    return {source: {"held": total - waiting, "parked": waiting} for source, total, waiting in rows}
