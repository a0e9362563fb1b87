"""Actions of the agency's caseworkers: read the list, take a request, see the contact, and settle it."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake.cases.contact_request import rules
from services.intake.cases.contact_request.actions import keeping
from services.intake.cases.contact_request.actions.person import unsealed
from services.intake.cases.contact_request.models import ContactRequest
from services.intake.cases.contact_request.schemas import MINE, ListedContactRequest, SettleRequest
from shared.access import staff, views
from shared.access.permissions import NotFound
from shared.access.tokens import Principal
from shared.access.views import Shown
from shared.reference import profile


def page(session: Session, which: str | None, after: UUID | None, limit: int, now: datetime, *, by: Principal) -> Shown:
    """List the requests that wait at the caller's agency, without the contact; or those that the caller took.

    They are in the order of sending.
    """
    # None matches no row: if the caller's agency is not known, the list is empty.
    query = select(ContactRequest).where(ContactRequest.agency == staff.agency_of(session, UUID(by.subject)))
    if which == MINE:
        query = query.where(ContactRequest.taken_by == UUID(by.subject), ContactRequest.state != rules.FINISHED)
    else:
        query = query.where(ContactRequest.state == rules.RECEIVED)
    if after is not None:
        query = query.where(ContactRequest.id > after)
    rows = session.scalars(query.order_by(ContactRequest.id).limit(limit + 1)).all()
    following = str(rows[limit - 1].id) if len(rows) > limit else None
    return {"requests": [_shown(row, now, by) for row in rows[:limit]], "next": following}


def shown(session: Session, contact_request: UUID, now: datetime, *, by: Principal) -> tuple[Shown, int]:
    """Show a request without the contact; its ETag is for taking and settling it.

    Raises `NotFound`.
    """
    row = _of_agency(session, contact_request, by, is_locked=False)
    return _shown(row, now, by), row.version


def locked(session: Session, contact_request: UUID, matches: Callable[[int], None], *, by: Principal) -> ContactRequest:
    """Return a request of the caller's agency, locked until the transaction ends.

    `matches` compares its version. Raises `NotFound`.
    """
    row = _of_agency(session, contact_request, by, is_locked=True)
    matches(row.version)
    return row


def take(
    session: Session, contact_request: UUID, now: datetime, matches: Callable[[int], None], *, by: Principal
) -> tuple[Shown, int]:
    """Take a contact request: only the caller contacts the person.

    Raises `NotFound`, `StepForbidden`.
    """
    row = locked(session, contact_request, matches, by=by)
    rules.check_free(row.state)
    row.taken_by, row.taken_at = UUID(by.subject), now
    keeping.move(session, row, rules.TAKEN, now)
    return _changed(row)


def give_back(
    session: Session, contact_request: UUID, now: datetime, matches: Callable[[int], None], *, by: Principal
) -> tuple[Shown, int]:
    """Put a request back on the list that the caller took; it rings again.

    Raises `NotFound`, `StepForbidden`.
    """
    row = locked(session, contact_request, matches, by=by)
    rules.check_own(row.state, row.taken_by, UUID(by.subject))
    keeping.release(session, row, now)
    return _changed(row)


def settle(
    session: Session,
    contact_request: UUID,
    command: SettleRequest,
    now: datetime,
    matches: Callable[[int], None],
    *,
    by: Principal,
) -> tuple[Shown, int]:
    """Record what came of a request that the caller took.

    Raises `NotFound`, `StepForbidden`.
    """
    row = locked(session, contact_request, matches, by=by)
    finish(session, row, command.outcome, now, by=by)
    return _changed(row)


def finish(session: Session, row: ContactRequest, outcome: str, now: datetime, *, by: Principal) -> None:
    """Store the outcome of a request. Raises `StepForbidden`."""
    rules.check_own(row.state, row.taken_by, UUID(by.subject))
    row.outcome = outcome
    keeping.move(session, row, rules.after(outcome), now)


def _changed(row: ContactRequest) -> tuple[Shown, int]:
    return {"id": row.id, "state": row.state}, row.version


def details_of(session: Session, contact_request: UUID, *, by: Principal) -> Shown:
    """Return how the person wants to be contacted, to the caller who took the request.

    Raises `NotFound` unless the caller took the request and has not finished it.
    """
    row = _of_agency(session, contact_request, by, is_locked=False)
    if not rules.is_own(row.state, row.taken_by, UUID(by.subject)):
        raise NotFound
    zone = profile(str(row.jurisdiction)).timezone
    return {"id": row.id, "language": row.language, "way": row.way, "zone": zone, **unsealed(session, row)}


def _of_agency(session: Session, request: UUID, by: Principal, *, is_locked: bool) -> ContactRequest:
    row = session.get(ContactRequest, request, with_for_update=is_locked or None)
    if row is None or row.agency != staff.agency_of(session, UUID(by.subject)):
        raise NotFound
    return row


def _shown(row: ContactRequest, now: datetime, by: Principal) -> Shown:
    waits = row.state == rules.RECEIVED
    minutes = max(0, int((now - row.waiting_since).total_seconds()) // 60) if waits else 0
    is_own = row.taken_by == UUID(by.subject)
    return views.shown(row, ListedContactRequest, waiting_minutes=minutes, is_own=is_own)
