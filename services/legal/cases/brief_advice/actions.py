"""Record brief advice, and list that of the reader's agency. No event follows."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from services.legal.cases.brief_advice.models import BriefAdvice
from services.legal.cases.brief_advice.schemas import RecordBriefAdvice
from shared.access import staff
from shared.access.tokens import Principal
from shared.casework.dates import dated, today
from shared.events.envelope import new_id


def record_brief_advice(session: Session, command: RecordBriefAdvice, now: datetime, *, by: Principal) -> UUID:
    """Record advice to somebody of whom no case is kept, or why there was none.

    Return its id. Raises `FactRefused`.
    """
    given_on = dated("given_on", command.given_on, today(now, None))
    agency = staff.agency_of(session, UUID(by.subject))
    row = BriefAdvice(id=new_id(), agency=agency, **command.stored(given_on=given_on))
    session.add(row)
    return row.id


def brief_advice_after(
    session: Session, after: UUID | None, limit: int, *, by: Principal
) -> tuple[Sequence[BriefAdvice], str | None]:
    """Return a page of brief advice before `after`, the latest first, and the cursor of the next page."""
    latest = select(BriefAdvice).where(_is_own(session, by)).order_by(BriefAdvice.id.desc()).limit(limit + 1)
    if after is not None:
        latest = latest.where(BriefAdvice.id < after)
    rows = list(session.scalars(latest))
    page = rows[:limit]
    return page, str(page[-1].id) if len(rows) > limit else None


def _is_own(session: Session, by: Principal) -> ColumnElement[bool]:
    """Return the condition that the advice is of the reader's agency, or that one of the two agencies is not known."""
    agency = staff.agency_of(session, UUID(by.subject))
    return true() if agency is None else or_(BriefAdvice.agency.is_(None), BriefAdvice.agency == agency)
