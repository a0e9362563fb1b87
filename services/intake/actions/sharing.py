"""Sharing without consent: proposed, decided by a second person, and told to the person."""

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
from shared import notices, timers
from shared.envelope import Announcement
from shared.eventlog import record
from shared.reference import profile
from shared.standing import exclusions, restrictions
from shared.timers import Timer

#: The timer of what was shared at once.
REVIEW: Final = "sharing.review"


def propose(session: Session, now: datetime, case_id: UUID, by: UUID, body: dict[str, Any]) -> tuple[UUID, int]:
    """Propose to share without consent; where a life is in danger it is shared at once.

    An agency that the person excluded never hears of them so. Raises `FactRefused`, `StepForbidden`.
    """
    case = session.get_one(Case, case_id)
    today = local_today(case.jurisdiction, now)
    rules.consent_agency(body["agency"], profile(case.jurisdiction))
    rules.wanted(body["agency"], [each.agency for each in exclusions.of_case(session, case_id)])
    begun = sharing.propose(body["reason"], body["until"], today, now)
    made = Sharing(
        case_id=case_id, state=begun.state, review_by=begun.review_by, proposed_by=by, proposed_on=today, **body
    )
    session.add(made)
    version = bump(session, case_id)
    if begun.review_by is not None:
        timers.schedule(session, made.id, REVIEW, begun.review_by)
        record(session, case_id, [_told(made, approved=False)])
    _ask_for_a_second_person(session, case_id, by, body["reason"])
    return made.id, version


def decide(session: Session, now: datetime, case_id: UUID, which: UUID, by: UUID, *, approves: bool) -> int:
    """Decide as a second person; gives the case's new version. Raises `NotFound`, `StepForbidden`.

    An agency that the person excluded meanwhile is given nothing; what went before it was reversed is called back.
    """
    found = record_of(session, Sharing, case_id, which)
    case, before = session.get_one(Case, case_id), found.state
    if approves:
        sharing.approve(restricted=restrictions.stands(session, case_id))
        rules.wanted(found.agency, [each.agency for each in exclusions.of_case(session, case_id)])
    found.state = sharing.decide(before, proposed_by=found.proposed_by, decided_by=by, approves=approves)
    found.decided_by, found.decided_on = by, local_today(case.jurisdiction, now)
    timers.cancel(session, found.id)
    version = bump(session, case_id)
    if before == sharing.ACTING:
        record(session, case_id, [Announcement("sharing.reviewed", {"sharing": found.id, "upheld": approves})])
        version = withdraw_uncovered(session, now, case, found.agency, [found.purpose]) or version
    elif approves:
        record(session, case_id, [_told(found, approved=True)])
    return version


def person_told(session: Session, now: datetime, case_id: UUID, which: UUID, told_on: date | None) -> int:
    """Note that the person was told. Raises `NotFound`, `StepForbidden`, `FactRefused`."""
    found = record_of(session, Sharing, case_id, which)
    today = local_today(session.get_one(Case, case_id).jurisdiction, now)
    sharing.tell(found.person_told_on)
    rules.not_in_future("told_on", told_on, today)
    found.person_told_on = told_on or today
    return bump(session, case_id)


def of_case(session: Session, case: UUID) -> list[dict[str, Any]]:
    """Give a case's sharings, in the order in which they were proposed."""
    found = session.execute(select(Sharing).where(Sharing.case_id == case).order_by(Sharing.id)).scalars()
    return [fields(each) for each in found]


def untold_of(session: Session, case: UUID) -> set[tuple[str, str]]:
    """Give to which agency for which purpose something goes, or may go, without consent, unknown to the person."""
    found = select(Sharing.agency, Sharing.purpose).where(Sharing.case_id == case, Sharing.person_told_on.is_(None))
    return {(row.agency, row.purpose) for row in session.execute(found)}


def act(otherwise: timers.Act) -> timers.Act:
    """Make what intake's timers call: nobody looked in time at what was shared at once; any other is handed on."""

    def on_timer(session: Session, timer: Timer, now: datetime) -> None:
        if timer.name == REVIEW:
            _overdue(session, timer.owner, now)
        else:
            otherwise(session, timer, now)

    return on_timer


def _overdue(session: Session, which: UUID, now: datetime) -> None:
    case = session.execute(select(Sharing.case_id).where(Sharing.id == which)).scalar_one_or_none()
    if case is None:
        return
    lock(session, case)
    found = session.get_one(Sharing, which)
    if sharing.overdue(found.state, found.review_by, now):
        record(session, case, [Announcement("sharing.review_overdue", {"sharing": which})])
        _ask_for_a_second_person(session, case, found.proposed_by, found.reason)


def _told(made: Sharing, *, approved: bool) -> Announcement:
    names = ("agency", "purpose", "data_categories", "reason", "until")
    told = {"sharing": made.id, "approved": approved, **{name: getattr(made, name) for name in names}}
    return Announcement("sharing.without_consent", told)


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
