"""Histories that are still to be told: asked for when a ground begins, left alone once all of them was read."""

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
    """Return the services whose events about a person may leave."""
    return tuple(sorted({kind.service for kind in catalogue().values() if kind.audience.reach is Reach.PERSON}))


def want(session: Session, case: UUID, agency: UUID) -> None:
    """Store that an agency, for which a ground begins, is told of before; where it is being told, from the beginning.

    From the commit on what comes of the case is left to that.
    """
    rows = [{"case_id": case, "source": source, "agency": agency, "read_to": 0} for source in sources()]
    anew = rows_into(HistoryToTell, rows)
    session.execute(anew.on_conflict_do_update(index_elements=["case_id", "source", "agency"], set_={"read_to": 0}))


def left(session: Session, case: UUID, source: str, position: int, agencies: Collection[UUID]) -> set[UUID]:
    """Return to which of these agencies an event is told with what was before it, and note that it came."""
    here = (HistoryToTell.case_id == case, HistoryToTell.source == source, HistoryToTell.agency.in_(agencies))
    came = {
        "left_from": func.least(func.coalesce(HistoryToTell.left_from, position), position),
        "left_to": func.greatest(func.coalesce(HistoryToTell.left_to, position), position),
    }
    noted = update(HistoryToTell).where(*here).values(came).returning(HistoryToTell.agency)
    return set(session.scalars(noted.execution_options(synchronize_session=False)))


def waiting(session: Session, source: str, *, limit: int) -> Sequence[HistoryToTell]:
    """Return histories of a source that are still to be told; in no order, so that one that fails holds up no other."""
    query = select(HistoryToTell).where(HistoryToTell.source == source)
    return session.scalars(query.order_by(func.random()).limit(limit)).all()


def locked(session: Session, seen: HistoryToTell) -> HistoryToTell | None:
    """Return a history as it was seen, and lock it; None if it went on meanwhile, or is gone."""
    row = session.get(HistoryToTell, (seen.case_id, seen.source, seen.agency), with_for_update=True)
    return None if row is None or row.read_to != seen.read_to else row


def forget(session: Session, case: UUID) -> None:
    """Delete what is still to be told of a case; whoever is just telling it is waited for."""
    session.execute(delete(HistoryToTell).where(HistoryToTell.case_id == case))


def forget_agencies(session: Session, agencies: Collection[UUID]) -> None:
    """Delete what is still to be told to these agencies."""
    if agencies:
        gone = delete(HistoryToTell).where(HistoryToTell.agency.in_(agencies))
        session.execute(gone.execution_options(synchronize_session=False))
