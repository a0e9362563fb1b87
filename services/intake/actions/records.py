"""The records of one case: one by its id, or a page of a kind. A record of another case is none."""

from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from services.intake.models import Record, fields
from shared.access import NotFound

_Kind = TypeVar("_Kind", bound=Record)


def record_of(session: Session, kind: type[_Kind], case: UUID, which: UUID, *, lock: bool = False) -> _Kind:
    """Give a record of a case; `lock`: nobody else changes it until the end. Raises `NotFound`."""
    found: Any = session.get(kind, which, with_for_update=True if lock else None)
    if found is None or found.case_id != case:
        raise NotFound
    record: _Kind = found
    return record


def page_of(
    session: Session, kind: type[Record], case: UUID, after: UUID | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """Give a case's records of a kind after `after`, the earliest first, and where the next page begins, or None."""
    columns = inspect(kind).columns
    found = select(kind).where(columns["case_id"] == case).order_by(columns["id"]).limit(limit + 1)
    rows = list(session.scalars(found if after is None else found.where(columns["id"] > after)))
    page = [fields(each) for each in rows[:limit]]
    return page, str(page[-1]["id"]) if len(rows) > limit else None
