"""Delete all rows of a subject: in every table with its column, unless the table is named as kept."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Column, Table, delete, null, select, update
from sqlalchemy.orm import Session

from shared.access import joined_cases
from shared.deadlines import clocks
from shared.deadlines.timers import timers
from shared.exchange import digests
from shared.exchange.cursor import cursors
from shared.exchange.follower.reactions import reactions
from shared.exchange.forgeries import doubted
from shared.exchange.holds import holds
from shared.exchange.interventions import skips
from shared.exchange.rebuild import shadow_tables
from shared.exchange.rebuild.tables import cursors as rebuild_cursors
from shared.exchange.rebuild.tables import rebuilds, waiting
from shared.exchange.revocation_marks import marks
from shared.exchange.unconfirmed import unconfirmed
from shared.store.database import metadata as mechanism

#: The mechanism's tables whose rows of a subject are deleted, by the column that names it. The audit log is kept: it
#: records who saw the case, never what it contained.
_BY_SUBJECT: tuple[Column[UUID], ...] = (
    clocks.c.subject,
    holds.c.subject,
    skips.c.subject,
    marks.c.subject,
    unconfirmed.c.subject,
    waiting.c.subject,
    doubted.c.subject,
)
#: A request's key is stored with the id of what it created. This package does not import the package of that table.
_MADE_BY_REQUESTS = "idempotency_keys"
_OF_CASE = "case_id"
_CASES = "cases"


def lock_all(session: Session) -> None:
    """Lock all cursors until the caller's transaction ends: an event applied meanwhile would not be visible here.

    A consumer checks for tombstones after it has locked its cursor.
    """
    session.execute(select(cursors.c.source).order_by(cursors.c.source).with_for_update())


def delete_own(session: Session, tables: Collection[Table], case: UUID, *, keeps: Collection[str] = ()) -> None:
    """Delete the rows of a case from a service's tables (in the order of their dependencies).

    A table with a column `case_id` belongs to the case. A new table is therefore erased unless it is named in `keeps`.
    """
    session.flush()
    for table in tables:
        if table.name == _CASES:
            # Wait for a change in progress, so that its rows are deleted too.
            session.execute(select(table.c["id"]).where(table.c["id"] == case).with_for_update())
    for table in reversed(list(tables)):
        if table.name in keeps:
            continue
        if _OF_CASE in table.c:
            _delete(session, table.c[_OF_CASE], case)
        elif table.name == _CASES:
            _delete(session, table.c["id"], case)
    session.expire_all()


def delete_mechanism(session: Session, case: UUID) -> None:
    """Delete the mechanism's rows of a case. Its events are redacted with the tombstone."""
    for table in mechanism.sorted_tables:
        if _OF_CASE in table.c:
            _delete(session, table.c[_OF_CASE], case)
    for column in _BY_SUBJECT:
        _delete(session, column, case)
    joined_cases.forget(session, case)
    session.execute(delete(timers).where(timers.c.owner == case))
    session.execute(update(reactions).where(reactions.c.subject == case).values(subject=null()))
    digests.empty(session, case)
    _delete_rebuilds(session, case)
    if _MADE_BY_REQUESTS in mechanism.tables:
        made = mechanism.tables[_MADE_BY_REQUESTS]
        session.execute(delete(made).where(made.c["created"] == case))


def _delete_rebuilds(session: Session, case: UUID) -> None:
    """Delete the rebuilds of only this case, and what any other rebuild has built of it."""
    of_case = select(rebuilds.c.id).where(rebuilds.c.subject == case)
    for table in (rebuild_cursors, waiting):
        session.execute(delete(table).where(table.c.rebuild.in_(of_case)))
    session.execute(delete(rebuilds).where(rebuilds.c.subject == case))
    shadow_tables.forget(session, case)


def _delete(session: Session, column: Column[UUID], case: UUID) -> None:
    table = column.table
    if "id" in table.c:
        owners = select(table.c["id"]).where(column == case)
        session.execute(delete(timers).where(timers.c.owner.in_(owners)))
    session.execute(delete(table).where(column == case))
