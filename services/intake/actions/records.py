"""The records of one case: one by its id, or a page of a kind. A record of another case is not found."""

from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from services.intake.models import Record, fields
from shared.access.permissions import NotFound

_Kind = TypeVar("_Kind", bound=Record)


def record_of(session: Session, kind: type[_Kind], case: UUID, record_id: UUID, *, lock: bool = False) -> _Kind:
    """Return a record of a case; `lock` holds its row until the transaction ends. Raises `NotFound`."""
    row: Any = session.get(kind, record_id, with_for_update=True if lock else None)
    if row is None or row.case_id != case:
        raise NotFound
    record: _Kind = row
    return record


def page_of(
    session: Session, kind: type[Record], case: UUID, after: UUID | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """Return a case's records of a kind after `after`, the earliest first, and the cursor of the next page, or None."""
    columns = inspect(kind).columns
    query = select(kind).where(columns["case_id"] == case).order_by(columns["id"]).limit(limit + 1)
    rows = list(session.scalars(query if after is None else query.where(columns["id"] > after)))
    page = [fields(row) for row in rows[:limit]]
    return page, str(page[-1]["id"]) if len(rows) > limit else None
