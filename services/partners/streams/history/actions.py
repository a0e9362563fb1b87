"""Backfills that are pending: requested when a ground begins, deleted once all events were read."""

from collections.abc import Collection, Sequence
from functools import cache
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from services.partners.streams.history.models import HistoryToTell
from shared.events.audience import Reach
from shared.events.outside import catalogue
from shared.store.statements import rows_into


@cache
def sources() -> tuple[str, ...]:
    """Return the services with event types about a person that may leave."""
    return tuple(sorted({kind.service for kind in catalogue().values() if kind.audience.reach is Reach.PERSON}))


def want(session: Session, case: UUID, agency: UUID) -> None:
    """Request a backfill for an agency whose ground begins; a running backfill restarts from the beginning.

    From the commit on, new events of the case are left to the backfill.
    """
    rows = [{"case_id": case, "source": source, "agency": agency, "read_to": 0} for source in sources()]
    anew = rows_into(HistoryToTell, rows)
    session.execute(anew.on_conflict_do_update(index_elements=["case_id", "source", "agency"], set_={"read_to": 0}))


def left(session: Session, case: UUID, source: str, position: int, agencies: Collection[UUID]) -> set[UUID]:
    """Return the agencies that receive an event with the backfill, and note the event's position."""
    here = (HistoryToTell.case_id == case, HistoryToTell.source == source, HistoryToTell.agency.in_(agencies))
    came = {
        "left_from": func.least(func.coalesce(HistoryToTell.left_from, position), position),
        "left_to": func.greatest(func.coalesce(HistoryToTell.left_to, position), position),
    }
    noted = update(HistoryToTell).where(*here).values(came).returning(HistoryToTell.agency)
    return set(session.scalars(noted.execution_options(synchronize_session=False)))


def waiting(session: Session, source: str, *, limit: int) -> Sequence[HistoryToTell]:
    """Return pending backfills of a source in random order, so that a failing one does not block the others."""
    query = select(HistoryToTell).where(HistoryToTell.source == source)
    return session.scalars(query.order_by(func.random()).limit(limit)).all()


def locked(session: Session, seen: HistoryToTell) -> HistoryToTell | None:
    """Lock a backfill and return it; None if it progressed meanwhile or was deleted."""
    row = session.get(HistoryToTell, (seen.case_id, seen.source, seen.agency), with_for_update=True)
    return None if row is None or row.read_to != seen.read_to else row


def forget(session: Session, case: UUID) -> None:
    """Delete the backfills of a case, after waiting for running ones."""
    session.execute(delete(HistoryToTell).where(HistoryToTell.case_id == case))


def forget_agencies(session: Session, agencies: Collection[UUID]) -> None:
    """Delete the backfills of these agencies."""
    if agencies:
        gone = delete(HistoryToTell).where(HistoryToTell.agency.in_(agencies))
        session.execute(gone.execution_options(synchronize_session=False))
