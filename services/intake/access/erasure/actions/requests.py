"""Actions about erasure requests: record, check, decide, confirm, and follow them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake.access.erasure import rules
from services.intake.access.erasure.actions.holds import erase_but_held, holds_of, standing_bases
from services.intake.access.erasure.actions.orders import (
    answer_to_leads,
    answers_of,
    holders_answered,
    notify,
    order_now,
    requests_of,
)
from services.intake.access.erasure.models import ErasureAcknowledgement, ErasureRequest
from services.intake.access.erasure.schemas import (
    CheckErasure,
    ConfirmErasure,
    DecideErasure,
    FollowedErasure,
    OverdueErasure,
    RequestErasure,
)
from services.intake.access.merging.actions.carrying import carry
from services.intake.facts.case.actions import record_of
from services.intake.facts.case.models import Case, Record, bump, current_version, lock
from services.intake.facts.case.rules import OFFICER
from services.intake.facts.fact.actions import note_answer, note_request
from shared.access import case_restrictions, exclusions
from shared.access.permissions import NotFound
from shared.access.tokens import Principal
from shared.access.views import Shown, shown
from shared.casework import dates
from shared.casework.naming import check_acts
from shared.deadlines import timers
from shared.deadlines.timers import Timer
from shared.events.envelope import Announcement
from shared.exchange.eventlog import record
from shared.http import Reply
from shared.privacy import printing
from shared.reference.words import ENGLISH, LANGUAGES
from shared.store.conditions import is_one_of

#: The name of the timer by which a proposed order lapses.
_LAPSE: Final = "erasure.proposal"
_LONGEST_LIST: Final = 200


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


def erasures_of(session: Session, case: UUID) -> tuple[Mapping[str, Sequence[Record]], int]:
    """Return a case's erasure requests and legal holds, and nothing else of it.

    The oldest are first.
    """
    erasures = {"erasure_requests": requests_of(session, case), "legal_holds": holds_of(session, case)}
    return erasures, current_version(session, case)


def show_erasure(session: Session, erasure: UUID, *, by: Principal) -> Reply:
    """Return an erasure request, even once its case is erased, with each holder's answer.

    Raises `NotFound`, also for a reader whom the person excluded, as long as the case exists.
    """
    request = session.get(ErasureRequest, erasure)
    if request is None or exclusions.names(session, request.case_id, UUID(by.subject)):
        raise NotFound
    return Reply(_followed(request, answers_of(session, erasure)), about=request.case_id)


def _followed(request: ErasureRequest, answers: Sequence[ErasureAcknowledgement]) -> Shown:
    # A complete request waits for no holder, also if a service has become a holder since.
    is_open = request.ordered_at is not None and request.state != rules.COMPLETE
    waits = rules.missing([answer.holder for answer in answers]) if is_open else []
    return shown(request, FollowedErasure, case=request.case_id, answers=answers, waits_for=waits)


# control: H-CONFIDENTIALITY-13 letter-names-nothing
def answer_letter(session: Session, erasure: UUID, spoken: str, stated: str | None, *, by: Principal) -> Reply:
    """Return the answer to a request as a letter to print.

    `stated`: its language. None: the person's, or `spoken`, the reader's, once the case is erased. The letter is in
    English if it has no text in that language. Raises `NotFound`.
    """
    request, caller = session.get(ErasureRequest, erasure), UUID(by.subject)
    if request is None or exclusions.names(session, request.case_id, caller):
        raise NotFound
    if caller not in request.answer_to and OFFICER not in by.roles:
        raise NotFound
    case = session.get(Case, request.case_id)
    language = stated or (spoken if case is None else case.language)
    sentences = rules.letter(
        request.state,
        was_held=request.held_at is not None,
        is_kept=any(answer.answer == "kept" for answer in answers_of(session, erasure)),
        until=max((hold.until for hold in holds_of(session, request.case_id)), default=None),
    )
    written = language if language in LANGUAGES else ENGLISH
    headers = {"Content-Type": "text/html; charset=utf-8", "Content-Language": written}
    text = printing.letter(sentences if written == language else [*sentences, (rules.IN_ENGLISH, {})], written)
    return Reply(text=text, headers=headers, about=request.case_id)


def answered_erasures(session: Session, *, by: Principal) -> Sequence[Shown]:
    """List the requests whose answer the caller gives to the person, latest first."""
    caller = UUID(by.subject)
    is_readable = ~exclusions.excludes(ErasureRequest.__table__.c.case_id, caller)
    query = select(ErasureRequest).where(ErasureRequest.answer_to.contains([caller]), is_readable)
    requests = session.scalars(query.order_by(ErasureRequest.id.desc()).limit(_LONGEST_LIST)).all()
    answers: dict[UUID, list[ErasureAcknowledgement]] = {request.id: [] for request in requests}
    given = select(ErasureAcknowledgement).where(ErasureAcknowledgement.request_id.in_(list(answers)))
    for answer in session.scalars(given.order_by(ErasureAcknowledgement.holder)):
        answers[answer.request_id].append(answer)
    return [_followed(request, answers[request.id]) for request in requests]


def overdue_erasures(session: Session, days: int, now: datetime, *, by: Principal) -> Sequence[Mapping[str, object]]:
    """List the orders that at least one holder has not answered for `days` days, oldest first.

    Orders for a person who excluded the caller are left out.
    """
    is_ordered = is_one_of(ErasureRequest.state, (rules.ORDERED,))
    late = (is_ordered, ErasureRequest.ordered_at <= rules.overdue_since(now, days))
    is_readable = ~exclusions.excludes(ErasureRequest.__table__.c.case_id, UUID(by.subject))
    query = select(ErasureRequest).where(*late, is_readable).order_by(ErasureRequest.ordered_at)
    orders = session.scalars(query.limit(_LONGEST_LIST)).all()
    answered = holders_answered(session, [order.id for order in orders])
    return [
        shown(order, OverdueErasure, case=order.case_id, waits_for=rules.missing(answered[order.id]))
        for order in orders
    ]


ON_TIMER: Final[timers.Handlers] = {_LAPSE: _lapse}
