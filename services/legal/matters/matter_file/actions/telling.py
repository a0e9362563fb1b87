"""Keep the work list of a file's team up to date. No other staff member sees these tasks."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.legal.matters.matter_file import rules
from services.legal.matters.matter_file.actions.reach import grouped, members_of
from services.legal.matters.matter_file.actions.tasks import agree
from services.legal.matters.matter_file.models import DueDocument, KeyDate, MatterFile
from services.legal.matters.matter_file.rules import Dated, Due, Waiting

_KINDS: Final = frozenset(
    (
        *("key_date", "date_unchecked", "document", "file_review", "no_deputy", "not_screened"),
        rules.SETTLEMENT_OFFER,
    )
)


def tell(session: Session, row: MatterFile) -> None:
    """Publish changes in the tasks of a file. A closed file has no tasks."""
    session.flush()
    items = [] if row.closed_on is not None else waiting_by_file(session, [row])[row.id]
    waiting = [Waiting(item.item, item.record or row.id, item.due_on, item.unclear) for item in items]
    agree(session, row.case_id, row.id, _KINDS, waiting, members_of(session, row.id))


def waiting_by_file(session: Session, files: Collection[MatterFile]) -> dict[UUID, list[Due]]:
    """Return all tasks of open files, by file."""
    keys = [row.id for row in files]
    open_dates = select(KeyDate).where(KeyDate.file.in_(keys), KeyDate.answer.is_(None))
    missing = select(DueDocument).where(DueDocument.file.in_(keys), DueDocument.received_on.is_(None))
    dates, documents = (grouped(session.scalars(asked), "file") for asked in (open_dates, missing))
    return {
        row.id: list(
            rules.waiting_in(
                row.opening, row.deputy, row.review_on, map(_dated, dates[row.id]), map(_dated, documents[row.id])
            )
        )
        for row in files
    }


def _dated(row: KeyDate | DueDocument) -> Dated:
    """Return the part of a key date or a document that decides when it is due."""
    if isinstance(row, DueDocument):
        return Dated(row.id, row.due_on, row.unclear)
    is_checked, is_settlement = row.checked_by is not None, row.kind == rules.SETTLEMENT
    return Dated(row.id, row.due_on, row.unclear, is_checked, is_settlement)
