"""Keep the work list of a file's team up to date. Nobody else sees these tasks."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.legal.matters.matter_file import rules
from services.legal.matters.matter_file.actions.reach import members_of
from services.legal.matters.matter_file.actions.tasks import agree
from services.legal.matters.matter_file.models import DueDocument, KeyDate, MatterFile
from services.legal.matters.matter_file.rules import Dated, Waiting

_KINDS: Final = frozenset(
    (
        *("key_date", "date_unchecked", "document", "file_review", "no_deputy", "not_screened"),
        rules.SETTLEMENT_OFFER,
    )
)


def tell(session: Session, row: MatterFile) -> None:
    """Announce changes in the tasks of a file. A closed file has no tasks."""
    session.flush()
    waiting = [] if row.closed_on is not None else _waiting(session, row)
    agree(session, row.case_id, row.id, _KINDS, waiting, members_of(session, row.id))


def _waiting(session: Session, row: MatterFile) -> list[Waiting]:
    open_dates = select(KeyDate).where(KeyDate.file == row.id, KeyDate.answer.is_(None))
    dates = [dated(key_date) for key_date in session.scalars(open_dates)]
    missing = select(DueDocument).where(DueDocument.file == row.id, DueDocument.received_on.is_(None))
    documents = [Dated(document.id, document.due_on, document.unclear) for document in session.scalars(missing)]
    return [
        Waiting(item.item, item.record or row.id, item.due_on, item.unclear)
        for item in rules.waiting_in(row.opening, row.deputy, row.review_on, dates, documents)
    ]


def dated(key_date: KeyDate) -> Dated:
    """Return the part of a key date that decides when it is due."""
    return Dated(
        key_date.id,
        key_date.due_on,
        key_date.unclear,
        key_date.checked_by is not None,
        key_date.kind == rules.SETTLEMENT,
    )
