"""Actions about legal holds: the data that they need is kept until the last hold ends, and is then erased."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from services.intake.access.erasure import rules
from services.intake.access.erasure.actions.orders import (
    answer_to_leads,
    notify,
    order_now,
    requests_of,
    take_earlier_answers,
)
from services.intake.access.erasure.models import ErasureRequest, LegalHold
from services.intake.access.erasure.schemas import PlaceHold
from services.intake.access.merging.actions.duplicates import forget_declined
from services.intake.access.merging.models import CaseLink
from services.intake.facts.case.actions import record_of
from services.intake.facts.case.models import Case, Record, bump, lock
from services.intake.facts.person.actions import forget_address
from services.intake.facts.safe_contact import rules as safe_contact
from services.intake.facts.safe_contact.actions import forget_words
from shared.access import case_restrictions
from shared.access.tokens import Principal
from shared.casework import dates
from shared.deadlines import timers
from shared.deadlines.timers import Timer
from shared.events.envelope import Announcement
from shared.exchange.eventlog import record
from shared.privacy import erasure
from shared.reference import profile
from shared.reference.periods import start_of_day

#: The name of the timer at the end of a legal hold.
_HOLD_ENDED: Final = "legal_hold.ended"


def place_hold(session: Session, case: UUID, command: PlaceHold, now: datetime, *, by: Principal) -> UUID:
    """Place a legal hold on a case, which keeps the data for proceedings until a day.

    If another hold has delayed the erasure already, both are announced. Return the hold's id. Raises `FactRefused`.
    """
    jurisdiction = session.get_one(Case, case).jurisdiction
    rules.check_hold(command.until, dates.today(now, jurisdiction))
    hold = LegalHold(case_id=case, **command.stored(), placed_by=UUID(by.subject), placed_at=now)
    session.add(hold)
    session.flush()
    over = start_of_day(command.until + timedelta(days=1), profile(jurisdiction).timezone)
    timers.schedule(session, hold.id, _HOLD_ENDED, over)
    _continue(session, case, now)
    bump(session, case)
    return hold.id


def lift_hold(session: Session, case: UUID, hold_id: UUID, now: datetime) -> None:
    """Lift a legal hold; an erasure that it delayed continues.

    Raises `NotFound`.
    """
    session.delete(record_of(session, LegalHold, case, hold_id))
    timers.cancel(session, hold_id)
    session.flush()
    if not _continue(session, case, now):
        bump(session, case)


def holds_of(session: Session, case: UUID) -> Sequence[LegalHold]:
    """Return a case's legal holds, oldest first."""
    return session.scalars(select(LegalHold).where(LegalHold.case_id == case).order_by(LegalHold.id)).all()


def standing_bases(session: Session, case: UUID, now: datetime) -> list[str]:
    """Return the bases of the legal holds on a case that are valid today."""
    return [hold.basis for hold in _standing(session, case, now)]


def _standing(session: Session, case: UUID, now: datetime) -> list[LegalHold]:
    today = dates.today(now, session.get_one(Case, case).jurisdiction)
    return [hold for hold in holds_of(session, case) if hold.until >= today]


def erase_but_held(session: Session, request: ErasureRequest, now: datetime) -> None:
    """Erase all data except what the legal holds need, which is kept until they end."""
    case, request.held_at = request.case_id, now
    session.execute(delete(CaseLink).where(or_(CaseLink.first_id == case, CaseLink.second_id == case)))
    forget_declined(session, case)
    tables = Record.metadata.sorted_tables
    unneeded = [table for table in tables if table.name in rules.NOT_NEEDED_FOR_A_HOLD]
    erasure.delete_own(session, unneeded, case)
    if not safe_contact.uses_address(forget_words(session, case)):
        forget_address(session, case)
    case_restrictions.hold(session, case, request.id)
    take_earlier_answers(session, request)
    _announce(session, request, now)


def _announce(session: Session, request: ErasureRequest, now: datetime) -> None:
    """Announce the holds that delay an erasure: until when, and which holders delete all their data now."""
    holds = _standing(session, request.case_id, now)
    holders = rules.outside_scope(hold.scope for hold in holds)
    request.erasing_holders = sorted({*request.erasing_holders, *holders})
    payload = {
        "request": request.id,
        "reason": request.reason,
        "bases": sorted({hold.basis for hold in holds}),
        "until": max(hold.until for hold in holds),
        "holders": holders,
    }
    record(session, request.case_id, [Announcement(erasure.HELD.name, payload)])
    answer_to_leads(session, request)
    notify(session, "erasure_held", request, request.answer_to)


def _continue(session: Session, case: UUID, now: datetime) -> bool:
    """Order a delayed erasure if no legal hold is left, and notify the officers. Return whether it was ordered.

    If holds are left, erase what none of them needs, and announce them with their last day.
    """
    waiting = next((request for request in requests_of(session, case) if request.state == rules.HELD), None)
    if waiting is None:
        return False
    if _standing(session, case, now):
        _announce(session, waiting, now)
        return False
    waiting.state = rules.ORDERED
    order_now(session, waiting, now)
    # After the order, because the order deletes all earlier notices about the case.
    notify(session, "erasure_goes_on", waiting)
    return True


def _hold_ended(session: Session, timer: Timer, now: datetime) -> None:
    hold = session.get(LegalHold, timer.owner)
    if hold is None:
        return  # it was lifted
    lock(session, hold.case_id)
    if hold.until >= dates.today(now, session.get_one(Case, hold.case_id).jurisdiction):
        timers.come_back(session, timer, timedelta(days=1), now)
        return
    if not _continue(session, hold.case_id, now):
        bump(session, hold.case_id)


ON_TIMER: Final[timers.Handlers] = {_HOLD_ENDED: _hold_ended}
