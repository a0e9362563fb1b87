"""Actions about erasure and legal holds: load, decide, store, announce. None commits."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from services.intake.case.actions import record_of
from services.intake.case.models import Case, Record, bump, fields, lock
from services.intake.case.rules import OFFICER
from services.intake.erasure import rules
from services.intake.erasure.models import ErasureAcknowledgement, ErasureRequest, LegalHold
from services.intake.erasure.schemas import CheckErasure, ConfirmErasure, DecideErasure, PlaceHold, RequestErasure
from services.intake.merging.actions import carry, forget_declined, forget_merges
from services.intake.merging.models import CaseLink
from shared.access import case_restrictions, exclusions
from shared.access.permissions import NotFound
from shared.access.tokens import Principal
from shared.audit import notices
from shared.casework import dates
from shared.deadlines import time_source, timers
from shared.deadlines.timers import Timer
from shared.events.contract import Received
from shared.events.envelope import Announcement
from shared.exchange.eventlog import record
from shared.exchange.follower import Reaction
from shared.privacy import erasure
from shared.privacy.erasure import Tombstone

#: What is kept when a case is erased: that it was asked for, who decided, and who has answered.
KEPT = frozenset((ErasureRequest.__tablename__, ErasureAcknowledgement.__tablename__))
#: The name of the timer by which a proposed order lapses.
_LAPSE: Final = "erasure.proposal"


def request_erasure(
    session: Session, case: UUID, command: RequestErasure, now: datetime, *, by: Principal
) -> tuple[UUID, int]:
    """Record a request, and restrict the case at once; return its id and the case's new version.

    Raises `StepForbidden`. The reason decides whether the request is examined for coercion.
    """
    rules.check_one_at_a_time(earlier.state for earlier in _of_case(session, case))
    request = ErasureRequest(
        case_id=case, state=rules.REQUESTED, reason=command.reason, requested_by=UUID(by.subject), requested_at=now
    )
    session.add(request)
    session.flush()
    case_restrictions.restrict(session, case, request.id)
    record(session, case, [Announcement(case_restrictions.RESTRICTED.name, {"request": request.id})])
    carry(session, case, now)
    return request.id, bump(session, case)


def check_erasure(
    session: Session, case: UUID, request_id: UUID, command: CheckErasure, now: datetime, *, by: Principal
) -> int:
    """Record that a request was examined; return the case's new version. Raises `NotFound`, `StepForbidden`."""
    caller = UUID(by.subject)
    request = record_of(session, ErasureRequest, case, request_id, lock=True)
    rules.check_open(request.state)
    if command.checked == rules.COERCION:
        request.coercion_checked_by, request.coercion_checked_at = caller, now
    else:
        request.third_party_reviewed_by, request.third_party_reviewed_at = caller, now
    return bump(session, case)


def decide_erasure(
    session: Session, case: UUID, request_id: UUID, command: DecideErasure, now: datetime, *, by: Principal
) -> tuple[str, int | None]:
    """Decide a request; return its state, and the case's new version, None once the case is gone.

    An order that the person did not ask for is proposed: it waits for a second person. Raises `NotFound`,
    `StepForbidden`, `FactRefused`.
    """
    caller = UUID(by.subject)
    request = record_of(session, ErasureRequest, case, request_id, lock=True)
    rules.check_another_made_sure(
        request.reason, command.decision, made_sure_by=request.coercion_checked_by, decided_by=caller
    )
    request.state = rules.decide(
        request.state,
        command.decision,
        reason=request.reason,
        checked=_checked(request),
        holds=_standing_holds(session, case, now),
        refusal=command.reason,
    )
    request.decided_by, request.decided_at, request.refusal = caller, now, command.reason
    request.confirmed_by, request.confirmed_at, request.lapses_at = None, None, None
    timers.cancel(session, request_id)
    if request.state == rules.ORDERED:
        _order(session, request, now)
        return rules.ORDERED, None
    if request.state == rules.PROPOSED:
        request.lapses_at = now + rules.LAPSES_AFTER
        timers.schedule(session, request_id, _LAPSE, request.lapses_at)
        _notify(session, "erasure_proposed", request)
    if request.state == rules.LIFTED:
        case_restrictions.lift(session, case, request_id)
        record(session, case, [Announcement(case_restrictions.UNRESTRICTED.name, {"request": request_id})])
        carry(session, case, now)
    return request.state, bump(session, case)


def confirm_erasure(
    session: Session, case: UUID, request_id: UUID, command: ConfirmErasure, now: datetime, *, by: Principal
) -> tuple[str, int | None]:
    """Confirm a proposed order as a second person, or refuse it; return its state, and the case's version as above.

    Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    caller = UUID(by.subject)
    request = record_of(session, ErasureRequest, case, request_id, lock=True)
    request.state = rules.confirm(
        request.state,
        confirms=command.confirms,
        reason=request.reason,
        decided_by=request.decided_by,
        confirmed_by=caller,
        checked=_checked(request),
        holds=_standing_holds(session, case, now),
        refusal=command.reason,
    )
    request.confirmed_by, request.confirmed_at, request.refusal = caller, now, command.reason
    request.lapses_at = None
    timers.cancel(session, request_id)
    if request.state == rules.ORDERED:
        _order(session, request, now)
        return rules.ORDERED, None
    return request.state, bump(session, case)


def _lapse(session: Session, timer: Timer, _now: datetime) -> None:
    case = session.execute(select(ErasureRequest.case_id).where(ErasureRequest.id == timer.owner)).scalar_one_or_none()
    if case is None or session.get(Case, case) is None:
        return
    lock(session, case)
    request = session.get_one(ErasureRequest, timer.owner, populate_existing=True)
    if request.state != rules.PROPOSED:
        return
    _notify(session, "erasure_proposal_lapsed", request)
    request.state, request.lapses_at, request.decided_by, request.decided_at = rules.REQUESTED, None, None, None
    bump(session, case)


ON_TIMER: Final[timers.Handlers] = {_LAPSE: _lapse}


def _notify(session: Session, kind: str, request: ErasureRequest) -> None:
    """Store a notice of a proposed order for data protection, by the one who proposed it."""
    proposed_by, reason = request.decided_by or request.requested_by, request.reason
    at = datetime.now(UTC)  # real time, as every notice
    case = request.case_id
    notices.give(session, kind=kind, case=case, member=proposed_by, reason=reason, at=at, recipients=[], role=OFFICER)


def _standing_holds(session: Session, case: UUID, now: datetime) -> list[str]:
    """Return the bases of the legal holds that stand on a case today."""
    today = dates.today(now, session.get_one(Case, case).jurisdiction)
    return [hold.basis for hold in holds_of(session, case) if hold.until >= today]


def _order(session: Session, request: ErasureRequest, now: datetime) -> None:
    request.ordered_at = now
    case, request_id, reason = request.case_id, request.id, request.reason
    session.flush()
    erasure.begin(session, case, request_id, erase)
    record(session, case, [Announcement(erasure.ORDERED.name, {"request": request_id, "reason": reason})])


def erase(session: Session, case: UUID) -> None:
    """Delete all that intake holds of a case; nothing is kept but the request itself."""
    forget_merges(session, case)
    forget_declined(session, case)
    links = or_(CaseLink.first_id == case, CaseLink.second_id == case)
    session.execute(delete(CaseLink).where(links))
    erasure.delete_own(session, Record.metadata.sorted_tables, case, keeps=KEPT)


def acknowledge(session: Session, erased: Tombstone) -> None:
    """Record that intake itself has erased its part."""
    if erased.request is not None:
        _record_answer(session, erased.request, "intake", erased.answer, erased.basis)


def hear_answer(session: Session, received: Received) -> None:
    """Record a holder's answer."""
    data = received.data
    _record_answer(session, data["request"], received.event.source, data["answer"], data["basis"])


def _record_answer(session: Session, request_id: UUID, holder: str, answer: str, basis: str | None) -> None:
    request = session.get(ErasureRequest, request_id, with_for_update=True)
    if request is None:
        return  # the request was in a log that has been lost
    now = time_source.now(session)
    session.merge(ErasureAcknowledgement(request_id=request_id, holder=holder, answer=answer, basis=basis, at=now))
    session.flush()
    outcome = rules.outcome(
        {acknowledgement.holder: acknowledgement.answer for acknowledgement in answers_of(session, request_id)}
    )
    if request.state == rules.ORDERED and outcome is not None:
        request.state, request.completed_at = rules.COMPLETE, now
        record(
            session, request.case_id, [Announcement(erasure.COMPLETED.name, {"request": request_id, "kept": outcome})]
        )


def place_hold(session: Session, case: UUID, command: PlaceHold, now: datetime, *, by: Principal) -> tuple[UUID, int]:
    """Place a legal hold: no erasure until a day; return the hold's id and the case's version. Raises `FactRefused`."""
    rules.check_hold(command.until, dates.today(now, session.get_one(Case, case).jurisdiction))
    hold = LegalHold(case_id=case, **command.stored(), placed_by=UUID(by.subject), placed_at=now)
    session.add(hold)
    session.flush()
    return hold.id, bump(session, case)


def lift_hold(session: Session, case: UUID, hold_id: UUID) -> int:
    """Lift a legal hold; return the case's new version. Raises `NotFound`."""
    session.delete(record_of(session, LegalHold, case, hold_id))
    return bump(session, case)


def holds_of(session: Session, case: UUID) -> Sequence[LegalHold]:
    """Return a case's legal holds, oldest first."""
    return session.scalars(select(LegalHold).where(LegalHold.case_id == case).order_by(LegalHold.id)).all()


def answers_of(session: Session, request: UUID) -> Sequence[ErasureAcknowledgement]:
    """Return the answers to a request, ordered by holder."""
    acknowledgements = select(ErasureAcknowledgement).where(ErasureAcknowledgement.request_id == request)
    return session.scalars(acknowledgements.order_by(ErasureAcknowledgement.holder)).all()


def _of_case(session: Session, case: UUID) -> Sequence[ErasureRequest]:
    requests = select(ErasureRequest).where(ErasureRequest.case_id == case)
    return session.scalars(requests.order_by(ErasureRequest.id)).all()


def _checked(request: ErasureRequest) -> list[str]:
    moments = {rules.COERCION: request.coercion_checked_at, rules.THIRD_PARTY: request.third_party_reviewed_at}
    return [name for name, at in moments.items() if at is not None]


def erasures_of(session: Session, case: UUID) -> Mapping[str, Sequence[Record]]:
    """Return a case's requests and legal holds, oldest first."""
    return {"erasure_requests": _of_case(session, case), "legal_holds": holds_of(session, case)}


def show_erasure(session: Session, request_id: UUID, *, by: Principal) -> tuple[UUID, Mapping[str, object]]:
    """Return the case of a request, even once it is erased, and the request with each holder's answer.

    Raises `NotFound`, also for a reader whom the person excluded, as long as the case exists.
    """
    request = session.get(ErasureRequest, request_id)
    if request is None or exclusions.names(session, request.case_id, UUID(by.subject)):
        raise NotFound
    acknowledgements = answers_of(session, request_id)
    waits = rules.missing([answer.holder for answer in acknowledgements]) if request.ordered_at is not None else []
    followed = {"case": request.case_id, "answers": acknowledgements, "waits_for": waits}
    return request.case_id, {**fields(request), **followed}


def overdue_erasures(session: Session, days: int, now: datetime, *, by: Principal) -> Sequence[Mapping[str, object]]:
    """List the orders that some holder has left unanswered for `days` days, oldest first.

    None of a person who excluded the principal.
    """
    late = (ErasureRequest.state == rules.ORDERED, ErasureRequest.ordered_at <= rules.overdue_since(now, days))
    shown = ~exclusions.excludes(ErasureRequest.__table__.c.case_id, UUID(by.subject))
    query = select(ErasureRequest).where(*late, shown).order_by(ErasureRequest.ordered_at)
    orders = session.scalars(query.limit(200))
    return [
        {
            "id": order.id,
            "case": order.case_id,
            "ordered_at": order.ordered_at,
            "waits_for": rules.missing([answer.holder for answer in answers_of(session, order.id)]),
        }
        for order in orders
    ]


REACTIONS = tuple(
    Reaction("erasure_answer", f"{holder}.{erasure.ACKNOWLEDGED.name}", hear_answer)
    for holder in sorted(rules.HOLDERS - {"intake"})
)
