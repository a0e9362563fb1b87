"""Progress of a rebuild in each source's log, and the subjects that it has left waiting."""

from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.events.envelope import Event
from shared.exchange.rebuild.requests import Gone
from shared.exchange.rebuild.tables import Reached, Rebuild, Waiting, cursors, waiting
from shared.store.database import TableRow


def reached(session: Session, rebuild: Rebuild) -> list[Reached]:
    """Return a rebuild's progress in each of its sources, in order."""
    rows = session.execute(select(cursors).where(cursors.c.rebuild == rebuild.id).order_by(cursors.c.source))
    return [_reached(row) for row in rows]


def lock_reached(session: Session, rebuild: Rebuild, source: str) -> Reached:
    """Lock a rebuild's progress in one source. Raises `Gone` if its subject was erased in the meantime."""
    row = session.execute(select(cursors).where(_at(rebuild, source)).with_for_update()).first()
    if row is None:
        raise Gone
    return _reached(row)


def _reached(row: TableRow) -> Reached:
    return Reached(row.source, row.position, row.epoch, row.heals)


def _at(rebuild: Rebuild, source: str) -> ColumnElement[bool]:
    return (cursors.c.rebuild == rebuild.id) & (cursors.c.source == source)


def move(session: Session, rebuild: Rebuild, source: str, position: int, epoch: UUID) -> None:
    """Record the progress in the transaction of the built events."""
    session.execute(update(cursors).where(_at(rebuild, source)).values(position=position, epoch=epoch))


def aim(session: Session, rebuild: Rebuild, source: str, target: int) -> None:
    """Record the target position for display."""
    session.execute(update(cursors).where(_at(rebuild, source)).values(target=target))


def count_attempt(session: Session, rebuild: Rebuild, source: str, position: int) -> int:
    """Count an attempt at one event before it starts, to detect an event that kills the process; return the count."""
    row = session.execute(select(cursors).where(_at(rebuild, source)).with_for_update()).one()
    count = row.attempt_count + 1 if row.attempt_position == position else 1
    attempt = update(cursors).where(_at(rebuild, source))
    session.execute(attempt.values(attempt_position=position, attempt_count=count))
    return int(count)


# --- waiting subjects ----------------------------------------------------------------------------------------------


def all_waiting(session: Session, rebuild: Rebuild) -> list[Waiting]:
    """Return the rebuild's waiting subjects, in order."""
    query = select(waiting).where(waiting.c.rebuild == rebuild.id).order_by(waiting.c.source, waiting.c.subject)
    return [_waiting(row) for row in session.execute(query)]


def _waiting(row: TableRow) -> Waiting:
    failed = None if row.reason is None else {"name": row.name, "version": row.version, "reason": row.reason}
    return Waiting(row.source, row.subject, row.position, failed)


def waiting_among(session: Session, rebuild: Rebuild, source: str, subjects: set[UUID]) -> set[UUID]:
    """Return which of these subjects wait."""
    own_rows = (waiting.c.rebuild == rebuild.id) & (waiting.c.source == source) & waiting.c.subject.in_(subjects)
    return set(session.execute(select(waiting.c.subject).where(own_rows)).scalars())


def put_on_wait(session: Session, rebuild: Rebuild, event: Event, error: BaseException | None = None) -> None:
    """Make an event's subject wait from this event on: it is held live, or it failed here with `error`."""
    wait_from(session, rebuild, event.source, event.subject, event.position)
    if error is not None:
        failed = {"name": event.name, "version": event.version, "reason": type(error).__name__}
        own_rows = (waiting.c.rebuild == rebuild.id) & (waiting.c.source == event.source)
        session.execute(update(waiting).where(own_rows, waiting.c.subject == event.subject).values(failed))


def wait_from(session: Session, rebuild: Rebuild, source: str, subject: UUID, position: int) -> None:
    """Make a subject wait from a position on."""
    new = insert(waiting).values(rebuild=rebuild.id, source=source, subject=subject, position=position)
    session.execute(
        new.on_conflict_do_update(index_elements=["rebuild", "source", "subject"], set_={"position": position})
    )


def end_wait(session: Session, rebuild: Rebuild, source: str, subject: UUID) -> None:
    """Delete the wait of a subject."""
    own_rows = (waiting.c.rebuild == rebuild.id) & (waiting.c.source == source) & (waiting.c.subject == subject)
    session.execute(delete(waiting).where(own_rows))
