"""Decide on and correct sharings without consent, and update the referrals that depend on them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.intake.case.actions import announce, record_of
from services.intake.case.models import Case, Correction, bump
from services.intake.referral.actions import release, withdraw_uncovered
from services.intake.sharing import rules
from services.intake.sharing.actions import check_days, decide, shared, stop
from services.intake.sharing.models import Sharing
from services.intake.sharing.schemas import CorrectSharing
from shared.access.tokens import Principal
from shared.casework import corrections, dates
from shared.exchange.eventlog import record


def decide_sharing(
    session: Session, case_id: UUID, sharing_id: UUID, now: datetime, *, by: Principal, approves: bool
) -> int:
    """Decide on a sharing as a second person. Send the referrals that waited for it, or withdraw uncovered ones.

    Return the case's new version. Raises `NotFound`, `StepForbidden`.
    """
    version = decide(session, case_id, sharing_id, now, by=by, approves=approves)
    sharing, case = record_of(session, Sharing, case_id, sharing_id), session.get_one(Case, case_id)
    if approves:
        return release(session, case, sharing.agency, now) or version
    if sharing.review_by is None:  # no data went to the agency before this decision
        return version
    return withdraw_uncovered(session, case, sharing.agency, [sharing.purpose], now) or version


def correct_sharing(
    session: Session, case_id: UUID, sharing_id: UUID, command: CorrectSharing, now: datetime, *, by: Principal
) -> tuple[UUID, int]:
    """Put a sharing without consent right, or take it back as recorded wrongly.

    Referrals that are no longer covered are withdrawn. The agency, the data and the reason were decided by two people
    and cannot be corrected: propose another sharing instead. Return the correction's id and the case's version.
    Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    case, sharing = session.get_one(Case, case_id), record_of(session, Sharing, case_id, sharing_id)
    today = dates.today(now, case.jurisdiction)
    check_days(sharing, command, today)
    corrected = corrections.put_right(session, Correction, sharing, "sharing", command, now=now, today=today, by=by)
    record(session, case_id, [corrected.announcement])
    if corrected.takes_back:
        stop(session, sharing)
    elif sharing.state in rules.COVERS and "until" in corrected.was:
        announce(session, case_id, [shared(sharing, approved=sharing.state != rules.ACTING)])
    session.flush()
    return corrected.id, withdraw_uncovered(session, case, sharing.agency, [sharing.purpose], now) or bump(
        session, case_id
    )
