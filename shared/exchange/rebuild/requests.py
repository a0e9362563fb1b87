"""Requests for rebuilds: create them, choose the next one, and show them to operators."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Update, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.access import exclusions
from shared.events.envelope import new_id
from shared.exchange.rebuild.tables import BUILDING, DONE, FAILED, WAITING, Reached, Rebuild, cursors, rebuilds, waiting
from shared.store.database import TableRow

#: Seconds before an automatic rebuild is requested again after a failure.
HEAL_AGAIN_SECONDS = 60


class Gone(Exception):
    """The rebuild was deleted because its subject was erased."""


def request(
    session: Session, asked_by: str, *, projection: str | None = None, subject: UUID | None = None, heals: bool = False
) -> tuple[UUID, bool]:
    """Request a rebuild; return its id, and False if an identical open request existed."""
    request = {"projection": projection, "subject": subject, "heals": heals}
    new = insert(rebuilds).values(id=new_id(), asked_by=asked_by, state=WAITING, **request)
    new_rebuild = session.execute(new.on_conflict_do_nothing().returning(rebuilds.c.id)).scalar_one_or_none()
    if new_rebuild is not None:
        return new_rebuild, True
    same = [rebuilds.c[name].is_not_distinct_from(value) for name, value in request.items()]
    open_one = select(rebuilds.c.id).where(rebuilds.c.ended_at.is_(None), *same)
    open_rebuild = session.execute(open_one).scalar_one_or_none()
    # It ended between the two statements, so the requested work has just been done.
    last = select(rebuilds.c.id).where(*same).order_by(rebuilds.c.id.desc()).limit(1)
    return open_rebuild or session.execute(last).scalar_one(), False


def is_awaited(session: Session, projection: str, *, asked_by: str) -> bool:
    """Return whether a projection that a service requested to be built has not been built since."""
    wanted = (rebuilds.c.projection == projection, rebuilds.c.subject.is_(None), rebuilds.c.asked_by == asked_by)
    asked_at = select(func.max(rebuilds.c.asked_at)).where(*wanted).scalar_subquery()
    builds = rebuilds.c.projection.is_(None) | (rebuilds.c.projection == projection)
    done = (rebuilds.c.state == DONE, rebuilds.c.subject.is_(None), builds, rebuilds.c.asked_at >= asked_at)
    built = select(rebuilds.c.id).where(*done).exists()
    return session.execute(select(rebuilds.c.id).where(*wanted, ~built).limit(1)).first() is not None


def may_heal(session: Session) -> bool:
    """Return whether no automatic rebuild has failed recently."""
    failed = (rebuilds.c.state == FAILED) & rebuilds.c.heals
    recent = rebuilds.c.ended_at > func.now() - timedelta(seconds=HEAL_AGAIN_SECONDS)
    return session.execute(select(rebuilds.c.id).where(failed, recent).limit(1)).first() is None


def next_open(session: Session) -> Rebuild | None:
    """Return the next rebuild: an automatic one first, then one in progress, then the oldest request."""
    has_begun = rebuilds.c.state != WAITING
    order = (rebuilds.c.heals.desc(), has_begun.desc(), rebuilds.c.id)
    row = session.execute(select(rebuilds).where(rebuilds.c.ended_at.is_(None)).order_by(*order).limit(1)).first()
    return None if row is None else Rebuild(row.id, row.projection, row.subject, row.heals, row.state)


def lock(session: Session, rebuild: Rebuild) -> str:
    """Lock a rebuild and return its state. Raises `Gone` if its subject was erased in the meantime."""
    query = select(rebuilds.c.state).where(rebuilds.c.id == rebuild.id).with_for_update()
    state = session.execute(query).scalar_one_or_none()
    if state is None:
        raise Gone
    return str(state)


def begin(session: Session, rebuild: Rebuild, beginnings: Sequence[Reached]) -> None:
    """Record that a rebuild has begun, and its start positions; any other one in progress is reset."""
    others = update(rebuilds).where(rebuilds.c.ended_at.is_(None), rebuilds.c.state != WAITING)
    for other in session.execute(others.values(state=WAITING).returning(rebuilds.c.id)).scalars().all():
        _forget(session, other)
    rows = [
        {
            "rebuild": rebuild.id,
            "source": reached.source,
            "position": reached.position,
            "target": reached.position,
            "epoch": reached.epoch,
            "heals": reached.heals,
        }
        for reached in beginnings
    ]
    if rows:
        session.execute(insert(cursors), rows)
    session.execute(_this(rebuild).values(state=BUILDING, reason=None, began_at=func.now()))


def restart(session: Session, rebuild: Rebuild) -> None:
    """Reset a rebuild to its start, because it was built from a log that does not exist now."""
    _forget(session, rebuild.id)
    session.execute(_this(rebuild).values(state=WAITING))


def _forget(session: Session, rebuild: UUID) -> None:
    for table in (cursors, waiting):
        session.execute(delete(table).where(table.c.rebuild == rebuild))


def note(session: Session, rebuild: Rebuild, **columns: object) -> None:
    """Update columns of a rebuild."""
    session.execute(_this(rebuild).values(columns))


def end(session: Session, rebuild: Rebuild, state: str, **columns: object) -> None:
    """Record the outcome of a rebuild."""
    session.execute(delete(waiting).where(waiting.c.rebuild == rebuild.id))
    session.execute(_this(rebuild).values(state=state, ended_at=func.now(), **columns))


def _this(rebuild: Rebuild) -> Update:
    return update(rebuilds).where(rebuilds.c.id == rebuild.id)


def show(session: Session, rebuild: UUID, *, reader: UUID | None = None) -> dict[str, object] | None:
    """Return one rebuild as operators see it; None if the id is unknown.

    `reader` is a staff member; a rebuild of a case whose person excluded them is treated as unknown.
    """
    query = select(rebuilds).where(rebuilds.c.id == rebuild)
    row = session.execute(query if reader is None else query.where(_shown_to(reader))).first()
    return None if row is None else _shown(session, row)


def latest(session: Session, limit: int, *, reader: UUID) -> list[dict[str, object]]:
    """List rebuilds, the latest first, without cases whose person excluded the reader."""
    query = select(rebuilds).where(_shown_to(reader)).order_by(rebuilds.c.id.desc())
    return [_shown(session, row) for row in session.execute(query.limit(limit)).all()]


def _shown_to(reader: UUID) -> ColumnElement[bool]:
    return ~exclusions.excludes(rebuilds.c.subject, reader)


def _shown(session: Session, row: TableRow) -> dict[str, object]:
    sources = session.execute(select(cursors).where(cursors.c.rebuild == row.id).order_by(cursors.c.source))
    return {
        "id": str(row.id),
        "state": row.state,
        "projection": row.projection,
        "subject": None if row.subject is None else str(row.subject),
        "heals": row.heals,
        "reason": row.reason,
        "asked_by": row.asked_by,
        **{name: _iso(getattr(row, name)) for name in ("asked_at", "began_at", "ended_at")},
        "sources": [{name: getattr(source, name) for name in ("source", "position", "target")} for source in sources],
        "tables": row.tables or [],
    }


def _iso(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()
