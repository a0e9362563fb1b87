"""Record, check, review and release the person's requests for a copy or for a report of access to their file."""

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake.access.rights import rules
from services.intake.access.rights.actions.disclosures import advises
from services.intake.access.rights.models import AccessRequest
from services.intake.access.rights.schemas import CheckRequest, RequestAccess, ReviewPart
from services.intake.facts.case.actions import page_of, record_of
from services.intake.facts.case.models import Case, bump
from services.intake.facts.fact.actions import note_answer, note_request
from shared.access.tokens import Principal
from shared.casework import dates
from shared.events.envelope import Announcement, new_id
from shared.exchange.eventlog import record
from shared.privacy import disclosure_permits
from shared.privacy.disclosure_permits import DisclosurePermit

#: The right that the person exercises (code list `data_right`).
_ACCESS: Final = "access"


def record_access_request(
    session: Session, case_id: UUID, command: RequestAccess, now: datetime, *, by: Principal
) -> UUID:
    """Record that the person asks for a copy, or who saw their file.

    Raises `FactRefused`.
    """
    today = dates.today(now, session.get_one(Case, case_id).jurisdiction)
    received_on = command.received_on or today
    dates.not_in_future("received_on", received_on, today)
    request = AccessRequest(id=new_id(), case_id=case_id, **command.stored(received_on=received_on))
    session.add(request)
    note_request(session, case_id, request.id, _ACCESS, received_on.isoformat(), now, by=UUID(by.subject))
    bump(session, case_id)
    return request.id


def check_access_request(
    session: Session, case_id: UUID, access_request_id: UUID, command: CheckRequest, now: datetime, *, by: Principal
) -> dict[str, object]:
    """Record whether the person, asked in private, is free of coercion; that counts for 7 days.

    Unless they are, everything released is recalled. Raises `NotFound` and `FactRefused`.
    """
    request = record_of(session, AccessRequest, case_id, access_request_id)
    rules.check_in_private(in_private=command.in_private)
    # Real time, so that no test clock prolongs the access.
    request.checked_by, request.checked_at = UUID(by.subject), datetime.now(UTC)
    request.finding = command.finding
    if request.finding != rules.FREE:
        _recall_all(session, case_id)
    _settle(session, request, now, by=by)
    return {"id": access_request_id, "finding": command.finding}


def review_access_request(
    session: Session, case_id: UUID, access_request_id: UUID, command: ReviewPart, now: datetime, *, by: Principal
) -> dict[str, object]:
    """Record whether what concerns third parties, or is privileged, is part of the copy.

    Raises `NotFound` and `StepForbidden`.
    """
    request = record_of(session, AccessRequest, case_id, access_request_id)
    rules.check_reviewer(command.part, by_legal_adviser=advises(session, case_id, by=by))
    setattr(request, command.part, command.outcome)
    setattr(request, f"{command.part}_reviewed_by", UUID(by.subject))
    _settle(session, request, now, by=by)
    return {"id": access_request_id, **command.stored()}


def _recall_all(session: Session, case_id: UUID) -> None:
    """Recall what all requests released: coercion found for one request applies to all."""
    released = (AccessRequest.case_id == case_id, AccessRequest.released_until.is_not(None))
    for request in session.execute(select(AccessRequest).where(*released).order_by(AccessRequest.id)).scalars():
        request.released_until = None
        if request.finding == rules.FREE:
            request.finding = None  # to be asked again
        disclosure_permits.recall(session, case_id, request.id)
        record(session, case_id, [Announcement(disclosure_permits.RECALLED.name, {"release": request.id})])


def _settle(session: Session, request: AccessRequest, now: datetime, *, by: Principal) -> None:
    """Release what may be handed over now, which answers the request."""
    covers = rules.covered(request, datetime.now(UTC))
    if covers and request.checked_at is not None:
        request.released_until = rules.fresh_until(request.checked_at)
        new = DisclosurePermit(
            id=request.id,
            case_id=request.case_id,
            covers=covers,
            classes=None,
            third_parties=request.third_parties == rules.INCLUDE,
            privileged=request.privileged == rules.INCLUDE,
            until=request.released_until,
        )
        disclosure_permits.keep(session, new)
        payload = {name: getattr(new, name) for name in ("covers", "third_parties", "privileged", "until")}
        record(
            session, request.case_id, [Announcement(disclosure_permits.RELEASED.name, {"release": new.id, **payload})]
        )
        if request.kind in covers:
            note_answer(session, request.case_id, request.id, _ACCESS, now, by=UUID(by.subject))
    bump(session, request.case_id)


def access_requests_of(session: Session, case_id: UUID, after: UUID | None, limit: int) -> dict[str, object]:
    """List a case's access requests, the earliest recorded first."""
    page, following = page_of(session, AccessRequest, case_id, after, limit)
    return {"access_requests": page, "next": following}


def obstacle(session: Session, case_id: UUID) -> tuple[str, str] | None:
    """Return the code and text of the next step for the latest request (one for a copy first), or None."""
    requests = select(AccessRequest).where(AccessRequest.case_id == case_id)
    latest = requests.order_by(AccessRequest.kind == disclosure_permits.ACCESS_REPORT, AccessRequest.id.desc()).limit(1)
    request = session.execute(latest).scalar_one_or_none()
    return rules.obstacle(request, datetime.now(UTC))
