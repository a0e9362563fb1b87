"""The person asks for a copy, or who saw their file: recorded, checked in private, reviewed, and then released."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake import rules
from services.intake.actions.disclosures import advises
from services.intake.actions.records import page_of, record_of
from services.intake.actions.today import local_today
from services.intake.models import AccessRequest, Case, bump, fields
from services.intake.rules import access_requests
from shared import releases
from shared.envelope import Announcement
from shared.eventlog import record
from shared.releases import Release
from shared.tokens import Principal


def record_request(session: Session, now: datetime, case_id: UUID, body: dict[str, Any]) -> tuple[UUID, int]:
    """Record that the person asks. Nobody else is told. Raises `FactRefused`."""
    today = local_today(session.get_one(Case, case_id).jurisdiction, now)
    body.setdefault("received_on", today)
    rules.not_in_future("received_on", body["received_on"], today)
    made = AccessRequest(case_id=case_id, **body)
    session.add(made)
    version = bump(session, case_id)
    return made.id, version


def check_request(session: Session, case_id: UUID, which: UUID, who: Principal, body: dict[str, Any]) -> int:
    """Record what the person said in private; what was released is recalled unless they are free.

    Raises `NotFound` and `FactRefused`.
    """
    found = record_of(session, AccessRequest, case_id, which)
    access_requests.check(in_private=body["in_private"])
    # Real time, as access has it: no test clock prolongs it.
    found.finding, found.checked_by, found.checked_at = body["finding"], UUID(who.subject), datetime.now(UTC)
    if found.finding != access_requests.FREE:
        _recall_all(session, case_id)
    return _settle(session, found)


def review_part(session: Session, case_id: UUID, which: UUID, who: Principal, body: dict[str, Any]) -> int:
    """Record whether a part is handed over. Raises `NotFound` and `StepForbidden`."""
    found = record_of(session, AccessRequest, case_id, which)
    access_requests.review(body["part"], by_legal_adviser=advises(session, case_id, who))
    setattr(found, body["part"], body["outcome"])
    setattr(found, f"{body['part']}_reviewed_by", UUID(who.subject))
    return _settle(session, found)


def _recall_all(session: Session, case_id: UUID) -> None:
    """Recall what was released by whichever request: who is forced now is forced for all of them."""
    released = (AccessRequest.case_id == case_id, AccessRequest.released_until.is_not(None))
    for each in session.execute(select(AccessRequest).where(*released).order_by(AccessRequest.id)).scalars():
        each.released_until = None
        if each.finding == access_requests.FREE:
            each.finding = None  # to be asked again
        releases.recall(session, case_id, each.id)
        record(session, case_id, [Announcement(releases.RECALLED.name, {"release": each.id})])


def _settle(session: Session, request: AccessRequest) -> int:
    """Release what may be handed over now; gives the case's new version."""
    covers = access_requests.covered(fields(request), datetime.now(UTC))
    if covers and request.checked_at is not None:
        request.released_until = access_requests.fresh_until(request.checked_at)
        new = Release(
            id=request.id,
            case_id=request.case_id,
            covers=covers,
            classes=None,
            third_parties=request.third_parties == access_requests.INCLUDE,
            privileged=request.privileged == access_requests.INCLUDE,
            until=request.released_until,
        )
        releases.keep(session, new)
        told = {name: getattr(new, name) for name in ("covers", "third_parties", "privileged", "until")}
        record(session, request.case_id, [Announcement(releases.RELEASED.name, {"release": new.id, **told})])
    return bump(session, request.case_id)


def requests_of(session: Session, case_id: UUID, after: UUID | None, limit: int) -> dict[str, Any]:
    """List a case's requests, the earliest recorded first, those after `after`."""
    page, following = page_of(session, AccessRequest, case_id, after, limit)
    return {"access_requests": page, "next": following}


def obstacle(session: Session, case_id: UUID) -> tuple[str, str] | None:
    """Name what is still to be done before the latest request for a copy, or any, is met."""
    found = select(AccessRequest).where(AccessRequest.case_id == case_id)
    latest = found.order_by(AccessRequest.kind == releases.ACCESS_REPORT, AccessRequest.id.desc()).limit(1)
    request = session.execute(latest).scalar_one_or_none()
    return access_requests.obstacle(None if request is None else fields(request), datetime.now(UTC))
