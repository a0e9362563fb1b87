"""Erasing a person, from the request to the last holder's answer, and the legal holds that forbid it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from services.intake.actions.duplicates import forget_declined
from services.intake.actions.merging import forget_merges
from services.intake.actions.records import record_of
from services.intake.actions.today import local_today
from services.intake.models import Case, CaseLink, ErasureAcknowledgement, ErasureRequest, LegalHold, Record, bump
from services.intake.rules import erasures as rules
from shared import erasure
from shared.access import NotFound
from shared.contract import Received
from shared.envelope import Announcement
from shared.erasure import Tombstone
from shared.eventlog import record
from shared.follower import Reaction
from shared.standing import exclusions, restrictions

#: What is kept when a case is erased: that it was asked for, who decided, and who has answered.
KEPT = frozenset((ErasureRequest.__tablename__, ErasureAcknowledgement.__tablename__))


def request_erasure(session: Session, now: datetime, case: UUID, by: UUID, reason: str) -> tuple[UUID, int]:
    """Record a request, and restrict the case at once; gives its id and the case's new version. Raises `StepForbidden`.

    One that nobody can have been forced to make needs no look at that.
    """
    rules.one_at_a_time(each.state for each in _of_case(session, case))
    made = ErasureRequest(case_id=case, state=rules.REQUESTED, reason=reason, requested_by=by, requested_at=now)
    session.add(made)
    session.flush()
    restrictions.restrict(session, case, made.id)
    record(session, case, [Announcement(restrictions.RESTRICTED.name, {"request": made.id})])
    return made.id, bump(session, case)


def check_request(session: Session, now: datetime, case: UUID, which: UUID, by: UUID, what: str) -> int:
    """Record that a request was examined; gives the case's new version. Raises `NotFound`, `StepForbidden`."""
    found = record_of(session, ErasureRequest, case, which, lock=True)
    rules.checkable(found.state)
    if what == rules.COERCION:
        found.coercion_checked_by, found.coercion_checked_at = by, now
    else:
        found.third_party_reviewed_by, found.third_party_reviewed_at = by, now
    return bump(session, case)


def decide_request(
    session: Session, now: datetime, case: UUID, which: UUID, by: UUID, body: dict[str, Any]
) -> tuple[str, int | None]:
    """Decide a request; gives its state, and the case's new version, None once the case is gone.

    Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    found = record_of(session, ErasureRequest, case, which, lock=True)
    today = local_today(session.get_one(Case, case).jurisdiction, now)
    found.state = rules.decide(
        found.state,
        body["decision"],
        reason=found.reason,
        checked=_checked(found),
        holds=[each.basis for each in holds_of(session, case) if each.until >= today],
        refusal=body["reason"],
    )
    found.decided_by, found.decided_at, found.refusal = by, now, body["reason"]
    if found.state == rules.ORDERED:
        _order(session, now, found)
        return rules.ORDERED, None
    if found.state == rules.LIFTED:
        restrictions.lift(session, case, which)
        record(session, case, [Announcement(restrictions.UNRESTRICTED.name, {"request": which})])
    return found.state, bump(session, case)


def _order(session: Session, now: datetime, found: ErasureRequest) -> None:
    found.ordered_at = now
    case, request, reason = found.case_id, found.id, found.reason
    session.flush()
    erasure.begin(session, case, request, erase)
    record(session, case, [Announcement(erasure.ORDERED.name, {"request": request, "reason": reason})])


def erase(session: Session, case: UUID) -> None:
    """Delete all that intake holds of a case; nothing is kept but the request itself."""
    forget_merges(session, case)
    forget_declined(session, case)
    links = or_(CaseLink.first_id == case, CaseLink.second_id == case)
    session.execute(delete(CaseLink).where(links))
    erasure.delete_own(session, Record.metadata.sorted_tables, case, keeps=KEPT)


def acknowledge(session: Session, erased: Tombstone) -> None:
    """Note that intake itself has erased its part."""
    if erased.request is not None:
        _note_answer(session, erased.request, "intake", erased.answer, erased.basis)


def hear_answer(session: Session, received: Received) -> None:
    """Note that a holder has answered."""
    data = received.data
    _note_answer(session, data["request"], received.event.source, data["answer"], data["basis"])


def _note_answer(session: Session, request: UUID, holder: str, answer: str, basis: str | None) -> None:
    found = session.get(ErasureRequest, request, with_for_update=True)
    if found is None:
        return  # asked for in a log that was lost
    now = session.info["clock"].now(session)
    session.merge(ErasureAcknowledgement(request_id=request, holder=holder, answer=answer, basis=basis, at=now))
    session.flush()
    kept = rules.outcome({each.holder: each.answer for each in answers_of(session, request)})
    if found.state == rules.ORDERED and kept is not None:
        found.state, found.completed_at = rules.COMPLETE, now
        record(session, found.case_id, [Announcement(erasure.COMPLETED.name, {"request": request, "kept": kept})])


def place_hold(session: Session, now: datetime, case: UUID, by: UUID, body: dict[str, Any]) -> tuple[UUID, int]:
    """Forbid that a case is erased, until a day; gives the hold's id and the case's version. Raises `FactRefused`."""
    rules.hold(body["until"], local_today(session.get_one(Case, case).jurisdiction, now))
    made = LegalHold(case_id=case, basis=body["basis"], until=body["until"], placed_by=by, placed_at=now)
    session.add(made)
    session.flush()
    return made.id, bump(session, case)


def lift_hold(session: Session, case: UUID, which: UUID) -> int:
    """Take a hold back; gives the case's new version. Raises `NotFound`."""
    session.delete(record_of(session, LegalHold, case, which))
    return bump(session, case)


def holds_of(session: Session, case: UUID) -> Sequence[LegalHold]:
    """Give a case's legal holds, oldest first."""
    return session.scalars(select(LegalHold).where(LegalHold.case_id == case).order_by(LegalHold.id)).all()


def answers_of(session: Session, request: UUID) -> Sequence[ErasureAcknowledgement]:
    """Give the answers to a request, by holder."""
    mine = select(ErasureAcknowledgement).where(ErasureAcknowledgement.request_id == request)
    return session.scalars(mine.order_by(ErasureAcknowledgement.holder)).all()


def _of_case(session: Session, case: UUID) -> Sequence[ErasureRequest]:
    mine = select(ErasureRequest).where(ErasureRequest.case_id == case)
    return session.scalars(mine.order_by(ErasureRequest.id)).all()


def _checked(found: ErasureRequest) -> list[str]:
    moments = {rules.COERCION: found.coercion_checked_at, rules.THIRD_PARTY: found.third_party_reviewed_at}
    return [name for name, at in moments.items() if at is not None]


def erasures_of(session: Session, case: UUID) -> dict[str, Any]:
    """Show a case's requests and legal holds."""
    return {
        "erasure_requests": [_shown(each) for each in _of_case(session, case)],
        "legal_holds": [{"id": each.id, "basis": each.basis, "until": each.until} for each in holds_of(session, case)],
    }


def show_erasure(session: Session, request: UUID, who: UUID) -> dict[str, Any]:
    """Show a request whatever became of its case, with each holder's answer. Raises `NotFound`.

    Also for whom the person excluded, as long as there is a case.
    """
    found = session.get(ErasureRequest, request)
    if found is None or exclusions.names(session, found.case_id, who):
        raise NotFound
    answers = answers_of(session, request)
    told = [{"holder": each.holder, "answer": each.answer, "basis": each.basis, "at": each.at} for each in answers]
    waits = rules.missing([each.holder for each in answers]) if found.ordered_at is not None else []
    return {**_shown(found), "case": found.case_id, "answers": told, "waits_for": waits}


def overdue(session: Session, now: datetime, days: int) -> list[dict[str, Any]]:
    """List the orders that some holder has not answered in so many days, oldest first."""
    late = (ErasureRequest.state == rules.ORDERED, ErasureRequest.ordered_at <= rules.overdue_since(now, days))
    found = session.scalars(select(ErasureRequest).where(*late).order_by(ErasureRequest.ordered_at).limit(200))
    return [
        {
            "id": each.id,
            "case": each.case_id,
            "ordered_at": each.ordered_at,
            "waits_for": rules.missing([answer.holder for answer in answers_of(session, each.id)]),
        }
        for each in found
    ]


def _shown(found: ErasureRequest) -> dict[str, Any]:
    return {
        "id": found.id,
        "state": found.state,
        "reason": found.reason,
        "refusal": found.refusal,
        "requested_at": found.requested_at,
        "coercion_checked_at": found.coercion_checked_at,
        "third_party_reviewed_at": found.third_party_reviewed_at,
        "decided_at": found.decided_at,
        "completed_at": found.completed_at,
    }


REACTIONS = tuple(
    Reaction("erasure_answer", f"{holder}.{erasure.ACKNOWLEDGED.name}", hear_answer)
    for holder in sorted(rules.HOLDERS - {"intake"})
)
