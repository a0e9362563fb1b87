"""Actions about erasure requests: record, check, decide and confirm them."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake.access.erasure import rules
from services.intake.access.erasure.actions.holds import erase_but_held, standing_bases
from services.intake.access.erasure.actions.orders import answer_to_leads, notify, order_now, requests_of
from services.intake.access.erasure.models import ErasureRequest
from services.intake.access.erasure.schemas import CheckErasure, ConfirmErasure, DecideErasure, RequestErasure
from services.intake.access.merging.actions.carrying import carry
from services.intake.facts.case.actions import record_of
from services.intake.facts.case.models import Case, bump, lock
from services.intake.facts.fact.actions import note_answer, note_request
from shared.access import case_restrictions
from shared.access.tokens import Principal
from shared.casework import dates
from shared.casework.naming import check_acts
from shared.deadlines import timers
from shared.deadlines.timers import Timer
from shared.events.envelope import Announcement
from shared.exchange.eventlog import record

#: The name of the timer by which a proposed order lapses.
_LAPSE: Final = "erasure.proposal"


def request_erasure(session: Session, case: UUID, command: RequestErasure, now: datetime, *, by: Principal) -> UUID:
    """Record that the case is to be erased; it is restricted at once, at every service.

    Return its id. Raises `StepForbidden`, `FactRefused`. The reason decides whether the
    request is examined for coercion.
    """
    rules.check_one_at_a_time(earlier.state for earlier in requests_of(session, case))
    received_on = dates.dated(
        "received_on", command.received_on, dates.today(now, session.get_one(Case, case).jurisdiction)
    )
    request = ErasureRequest(
        case_id=case,
        state=rules.REQUESTED,
        reason=command.reason,
        requested_by=UUID(by.subject),
        requested_at=now,
        received_on=received_on,
    )
    session.add(request)
    session.flush()
    case_restrictions.restrict(session, case, request.id)
    record(session, case, [Announcement(case_restrictions.RESTRICTED.name, {"request": request.id})])
    carry(session, case, now)
    if command.reason not in rules.UNASKED:
        note_request(session, case, request.id, rules.ERASURE, received_on.isoformat(), now, by=UUID(by.subject))
    bump(session, case)
    return request.id


def check_erasure(
    session: Session, case: UUID, erasure_id: UUID, command: CheckErasure, now: datetime, *, by: Principal
) -> None:
    """Record that the person is not being coerced, or that the data about third parties was reviewed.

    Raises `NotFound`, `StepForbidden`.
    """
    caller = UUID(by.subject)
    request = record_of(session, ErasureRequest, case, erasure_id, lock=True)
    rules.check_open(request.state)
    if command.checked == rules.COERCION:
        request.coercion_checked_by, request.coercion_checked_at = caller, now
    else:
        request.third_party_reviewed_by, request.third_party_reviewed_at = caller, now
    bump(session, case)


def decide_erasure(
    session: Session, case: UUID, erasure_id: UUID, command: DecideErasure, now: datetime, *, by: Principal
) -> dict[str, object]:
    """Order the erasure, or propose it where the person did not ask; refuse it; or lift the restriction.

    Return the state of the request. An order erases the case at once. An order that the person did not ask for is only
    proposed, and waits for a second person. Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    caller = UUID(by.subject)
    request = record_of(session, ErasureRequest, case, erasure_id, lock=True)
    rules.check_two_people(request.reason, command.decision, checked_by=request.coercion_checked_by, decided_by=caller)
    request.state = rules.decide(
        request.state,
        command.decision,
        reason=request.reason,
        checked=_checked(request),
        holds=standing_bases(session, case, now),
        refusal=command.reason,
        erasing=request.erasing_holders,
    )
    request.decided_by, request.decided_at, request.refusal = caller, now, command.reason
    request.confirmed_by, request.confirmed_at, request.lapses_at = None, None, None
    timers.cancel(session, erasure_id)
    if request.state == rules.ORDERED:
        order_now(session, request, now)
        return {"id": erasure_id, "state": rules.ORDERED}
    if request.state == rules.HELD:
        erase_but_held(session, request, now)
    if request.state == rules.PROPOSED:
        request.lapses_at = now + rules.LAPSES_AFTER
        timers.schedule(session, erasure_id, _LAPSE, request.lapses_at)
        notify(session, "erasure_proposed", request)
    if request.state in rules.UNERASED:
        _tell_leads(session, request)
    if request.state in rules.ANSWERED:
        note_answer(session, case, erasure_id, rules.ERASURE, now, by=caller)
    if request.state == rules.LIFTED:
        case_restrictions.lift(session, case, erasure_id)
        record(session, case, [Announcement(case_restrictions.UNRESTRICTED.name, {"request": erasure_id})])
        carry(session, case, now)
    bump(session, case)
    return {"id": erasure_id, "state": request.state}


def confirm_erasure(
    session: Session, case: UUID, erasure_id: UUID, command: ConfirmErasure, now: datetime, *, by: Principal
) -> dict[str, object]:
    """Confirm an order that was proposed, as a second person, or refuse it with a reason.

    Return the same as `decide_erasure`. Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    if command.confirms:  # a refusal does not erase
        check_acts(session, by, rules.ACCESS["erasure.confirm"], now)
    caller = UUID(by.subject)
    request = record_of(session, ErasureRequest, case, erasure_id, lock=True)
    request.state = rules.confirm(
        request.state,
        confirms=command.confirms,
        reason=request.reason,
        decided_by=request.decided_by,
        confirmed_by=caller,
        checked=_checked(request),
        holds=standing_bases(session, case, now),
        refusal=command.reason,
    )
    request.confirmed_by, request.confirmed_at, request.refusal = caller, now, command.reason
    request.lapses_at = None
    timers.cancel(session, erasure_id)
    if request.state == rules.ORDERED:
        order_now(session, request, now)
        return {"id": erasure_id, "state": rules.ORDERED}
    if request.state == rules.HELD:
        erase_but_held(session, request, now)
    if request.state in rules.UNERASED:
        _tell_leads(session, request)
    bump(session, case)
    return {"id": erasure_id, "state": request.state}


def _tell_leads(session: Session, request: ErasureRequest) -> None:
    answer_to_leads(session, request)
    notify(session, f"erasure_{request.state}", request, request.answer_to, role=None)


def _lapse(session: Session, timer: Timer, _now: datetime) -> None:
    case = session.execute(select(ErasureRequest.case_id).where(ErasureRequest.id == timer.owner)).scalar_one_or_none()
    if case is None or session.get(Case, case) is None:
        return
    lock(session, case)
    request = session.get_one(ErasureRequest, timer.owner, populate_existing=True)
    if request.state != rules.PROPOSED:
        return
    notify(session, "erasure_proposal_lapsed", request)
    request.state, request.lapses_at, request.decided_by, request.decided_at = rules.REQUESTED, None, None, None
    bump(session, case)


def _checked(request: ErasureRequest) -> list[str]:
    moments = {rules.COERCION: request.coercion_checked_at, rules.THIRD_PARTY: request.third_party_reviewed_at}
    return [name for name, at in moments.items() if at is not None]


ON_TIMER: Final[timers.Handlers] = {_LAPSE: _lapse}
