"""Carry out an order: erase intake's part, order it from every holder, and record their answers."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from services.intake.access.erasure import rules
from services.intake.access.erasure.models import ErasureAcknowledgement, ErasureRequest, LateAnswer
from services.intake.access.merging.actions.duplicates import forget_declined
from services.intake.access.merging.actions.merges import forget_merges
from services.intake.access.merging.models import CaseLink
from services.intake.agencies.report import actions as reports
from services.intake.agencies.report.actions import offers
from services.intake.facts.case.actions import leads_of
from services.intake.facts.case.models import Record
from services.intake.facts.case.rules import OFFICER
from shared.access import staff
from shared.audit import notices
from shared.deadlines import time_source
from shared.events.contract import Received
from shared.events.envelope import Announcement
from shared.exchange.eventlog import record
from shared.exchange.follower import Reaction
from shared.privacy import erasure
from shared.privacy.erasure import Tombstone

#: Tables that stay when a case is erased: the request, its decision, and the answers of holders and agencies.
KEPT = frozenset((ErasureRequest.__tablename__, ErasureAcknowledgement.__tablename__, LateAnswer.__tablename__))


def order_now(session: Session, request: ErasureRequest, now: datetime) -> None:
    """Erase intake's part of a case, and order every holder to erase theirs."""
    request.ordered_at = now
    answer_to_leads(session, request)
    take_earlier_answers(session, request)
    case, request_id, reason = request.case_id, request.id, request.reason
    session.flush()
    erasure.begin(session, case, request_id, erase)
    record(session, case, [Announcement(erasure.ORDERED.name, {"request": request_id, "reason": reason})])


def erase(session: Session, case: UUID) -> None:
    """Delete all data of a case at intake, except the request itself."""
    forget_merges(session, case)
    forget_declined(session, case)
    offers.forget(session, case)
    reports.forget(session, case)
    links = or_(CaseLink.first_id == case, CaseLink.second_id == case)
    session.execute(delete(CaseLink).where(links))
    erasure.delete_own(session, Record.metadata.sorted_tables, case, keeps=KEPT)


def acknowledge(session: Session, erased: Tombstone) -> None:
    """Record that intake itself has erased its part."""
    if erased.request is not None:
        _record_answer(session, erased.request, "intake", erased.answer, erased.basis)


def receive_answer(session: Session, received: Received) -> None:
    """Record a holder's answer."""
    data = received.data
    _record_answer(session, data["request"], received.event.source, data["answer"], data["basis"])


def _record_answer(session: Session, request_id: UUID, holder: str, answer: str, basis: str | None) -> None:
    request = session.get(ErasureRequest, request_id, with_for_update=True)
    if request is None:
        return  # the request was in an event log that has been lost
    now = time_source.now(session)
    session.merge(ErasureAcknowledgement(request_id=request_id, holder=holder, answer=answer, basis=basis, at=now))
    session.flush()
    outcome = rules.outcome(
        {acknowledgement.holder: acknowledgement.answer for acknowledgement in answers_of(session, request_id)}
    )
    if request.state == rules.ORDERED and outcome is not None:
        request.state, request.completed_at = rules.COMPLETE, now
        giving = working_leads(session, request, now)
        notify(session, "erasure_complete", request, giving, role=None if giving else OFFICER)
        record(
            session, request.case_id, [Announcement(erasure.COMPLETED.name, {"request": request_id, "kept": outcome})]
        )


# control: H-DEADLINE-15 answers-count-again
def take_earlier_answers(session: Session, request: ErasureRequest) -> None:
    """Repeat the answers of holders that erased all their data for an earlier request. They answer only once."""
    for earlier in requests_of(session, request.case_id):
        if earlier.id != request.id:
            for answer in answers_of(session, earlier.id):
                if answer.holder in earlier.erasing_holders:
                    again = {"holder": answer.holder, "answer": answer.answer, "basis": answer.basis, "at": answer.at}
                    session.merge(ErasureAcknowledgement(request_id=request.id, **again))


def answers_of(session: Session, request: UUID) -> Sequence[ErasureAcknowledgement]:
    """Return the answers to a request, ordered by holder."""
    acknowledgements = select(ErasureAcknowledgement).where(ErasureAcknowledgement.request_id == request)
    return session.scalars(acknowledgements.order_by(ErasureAcknowledgement.holder)).all()


def holders_answered(session: Session, requests: Sequence[UUID]) -> Mapping[UUID, list[str]]:
    """Return the holders that have answered, for each of these requests."""
    holders: dict[UUID, list[str]] = {request: [] for request in requests}
    answer = ErasureAcknowledgement.__table__.c
    for row in session.execute(select(answer.request_id, answer.holder).where(answer.request_id.in_(requests))):
        holders[row.request_id].append(row.holder)
    return holders


def requests_of(session: Session, case: UUID) -> Sequence[ErasureRequest]:
    """Return a case's requests, oldest first."""
    requests = select(ErasureRequest).where(ErasureRequest.case_id == case)
    return session.scalars(requests.order_by(ErasureRequest.id)).all()


# control: H-CONFIDENTIALITY-15 lead-receives-the-answer
def answer_to_leads(session: Session, request: ErasureRequest) -> None:
    """Store who leads the case now: they give the person the answer. A lead whom the person excluded does not."""
    request.answer_to = leads_of(session, request.case_id)


def working_leads(session: Session, request: ErasureRequest, now: datetime) -> list[UUID]:
    """Return who gives the person the answer and still works here."""
    return [lead.id for lead in staff.among(session, request.answer_to or []) if lead.works(now.date())]


def notify(
    session: Session, kind: str, request: ErasureRequest, recipients: Sequence[UUID] = (), *, role: str | None = OFFICER
) -> None:
    """Store a notice about a request for staff and a role, in the name of the person who decided."""
    proposed_by, reason = request.decided_by or request.requested_by, request.reason
    at = datetime.now(UTC)  # real time, as for every notice
    # The team is erased with the case, so a notice about that case would be hidden from them.
    case = None if request.state == rules.COMPLETE else request.case_id
    to = list(recipients)
    notices.give(session, kind=kind, case=case, member=proposed_by, reason=reason, at=at, recipients=to, role=role)


REACTIONS = tuple(
    Reaction("erasure_answer", f"{holder}.{erasure.ACKNOWLEDGED.name}", receive_answer)
    for holder in sorted(rules.HOLDERS - {"intake"})
)
