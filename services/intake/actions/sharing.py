"""Sharing without consent: proposed, decided by a second person, and the person informed of it."""

from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake import rules
from services.intake.actions.records import record_of
from services.intake.actions.referrals import withdraw_uncovered
from services.intake.actions.today import local_today
from services.intake.models import Case, Sharing, bump, fields, lock
from services.intake.rules import TOLD_ROLE, sharing
from shared.access import case_restrictions, exclusions
from shared.audit import notices
from shared.deadlines import timers
from shared.deadlines.timers import Timer
from shared.events.envelope import Announcement
from shared.exchange.eventlog import record
from shared.reference import profile

#: The name of the timer by which a sharing that began at once is due for review.
REVIEW: Final = "sharing.review"


def propose(session: Session, now: datetime, case_id: UUID, by: UUID, body: dict[str, Any]) -> tuple[UUID, int]:
    """Propose to share without consent; where a life is in danger it is shared at once.

    Raises `FactRefused`, and `StepForbidden`, also for an agency that the person excluded.
    """
    case = session.get_one(Case, case_id)
    today = local_today(case.jurisdiction, now)
    rules.consent_agency(body["agency"], profile(case.jurisdiction))
    rules.wanted(body["agency"], [exclusion.agency for exclusion in exclusions.of_case(session, case_id)])
    begun = sharing.propose(body["reason"], body["until"], today, now)
    proposal = Sharing(
        case_id=case_id, state=begun.state, review_by=begun.review_by, proposed_by=by, proposed_on=today, **body
    )
    session.add(proposal)
    version = bump(session, case_id)
    if begun.review_by is not None:
        timers.schedule(session, proposal.id, REVIEW, begun.review_by)
        record(session, case_id, [_announcement(proposal, approved=False)])
    _ask_for_a_second_person(session, case_id, by, body["reason"])
    return proposal.id, version


def decide(session: Session, now: datetime, case_id: UUID, sharing_id: UUID, by: UUID, *, approves: bool) -> int:
    """Decide as a second person; return the case's new version. Raises `NotFound`, `StepForbidden`.

    Nothing goes to an agency that the person has excluded since; what was shared before a reversal is called back.
    """
    proposal = record_of(session, Sharing, case_id, sharing_id)
    case, before = session.get_one(Case, case_id), proposal.state
    if approves:
        sharing.approve(restricted=case_restrictions.stands(session, case_id))
        rules.wanted(proposal.agency, [exclusion.agency for exclusion in exclusions.of_case(session, case_id)])
    proposal.state = sharing.decide(before, proposed_by=proposal.proposed_by, decided_by=by, approves=approves)
    proposal.decided_by, proposal.decided_on = by, local_today(case.jurisdiction, now)
    timers.cancel(session, proposal.id)
    version = bump(session, case_id)
    if before == sharing.ACTING:
        record(session, case_id, [Announcement("sharing.reviewed", {"sharing": proposal.id, "upheld": approves})])
        version = withdraw_uncovered(session, now, case, proposal.agency, [proposal.purpose]) or version
    elif approves:
        record(session, case_id, [_announcement(proposal, approved=True)])
    return version


def person_told(session: Session, now: datetime, case_id: UUID, sharing_id: UUID, told_on: date | None) -> int:
    """Record that the person was informed. Raises `NotFound`, `StepForbidden`, `FactRefused`."""
    proposal = record_of(session, Sharing, case_id, sharing_id)
    today = local_today(session.get_one(Case, case_id).jurisdiction, now)
    sharing.tell(proposal.person_told_on)
    rules.not_in_future("told_on", told_on, today)
    proposal.person_told_on = told_on or today
    return bump(session, case_id)


def of_case(session: Session, case: UUID) -> list[dict[str, Any]]:
    """Return a case's sharings, in the order in which they were proposed."""
    proposals = session.execute(select(Sharing).where(Sharing.case_id == case).order_by(Sharing.id)).scalars()
    return [fields(proposal) for proposal in proposals]


def untold_of(session: Session, case: UUID) -> set[tuple[str, str]]:
    """Return the agency and purpose of each sharing of a case that the person has not been informed of."""
    untold = select(Sharing.agency, Sharing.purpose).where(Sharing.case_id == case, Sharing.person_told_on.is_(None))
    return {(row.agency, row.purpose) for row in session.execute(untold)}


def _overdue(session: Session, timer: Timer, now: datetime) -> None:
    sharing_id = timer.owner
    case = session.execute(select(Sharing.case_id).where(Sharing.id == sharing_id)).scalar_one_or_none()
    if case is None:
        return
    lock(session, case)
    proposal = session.get_one(Sharing, sharing_id)
    if sharing.overdue(proposal.state, proposal.review_by, now):
        record(session, case, [Announcement("sharing.review_overdue", {"sharing": sharing_id})])
        _ask_for_a_second_person(session, case, proposal.proposed_by, proposal.reason)


ON_TIMER: Final[timers.Handlers] = {REVIEW: _overdue}


def _announcement(proposal: Sharing, *, approved: bool) -> Announcement:
    names = ("agency", "purpose", "data_categories", "reason", "until")
    payload = {"sharing": proposal.id, "approved": approved, **{name: getattr(proposal, name) for name in names}}
    return Announcement("sharing.without_consent", payload)


def _ask_for_a_second_person(session: Session, case: UUID, by: UUID, reason: str) -> None:
    notices.give(
        session,
        kind="sharing_without_consent",
        case=case,
        member=by,
        reason=reason,
        at=datetime.now(UTC),  # real time, as every notice
        recipients=[],
        role=TOLD_ROLE,
    )
