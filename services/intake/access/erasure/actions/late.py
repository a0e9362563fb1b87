"""Answers of agencies to withdrawn consents that arrive after the person was erased."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake.access.erasure import rules
from services.intake.access.erasure.actions.orders import working_leads
from services.intake.access.erasure.models import ErasureRequest, LateAnswer
from services.intake.access.erasure.rules import letters
from services.intake.agencies.consent.models import Consent, WithdrawalAnswer
from services.intake.agencies.report.actions import reports
from services.intake.agencies.report.events import ANSWERED_LATE
from services.intake.facts.case.models import Record
from services.intake.facts.case.rules import OFFICER
from shared.audit import notices
from shared.deadlines import time_source
from shared.events.contract import Received
from shared.exchange.follower import Reaction
from shared.runtime.expiry import Expiring


# control: H-AGENCY-7 lead-hears-the-agency
def record_late(session: Session, received: Received) -> None:
    """Store an agency's answer with the request for erasure, and notify its last leads, else data protection."""
    data = received.data
    request = session.get(ErasureRequest, data["request"])
    if not reports.settle_late(session, received, is_known=request is not None) or request is None:
        return
    at = datetime.now(UTC)  # real time, as for every notice and for the expiry
    given = {name: data[name] for name in ("agency", "answer", "basis")}
    session.add(LateAnswer(id=data["report"], request_id=request.id, at=at, **given))
    leads = working_leads(session, request, time_source.now(session))
    what = {"kind": "withdrawal_answered_late", "member": data["agency"], "reason": data["answer"]}
    role = None if leads else OFFICER
    # The notice names no case: its team is erased with it, so the notice would be hidden from the leads.
    notices.give(session, **what, case=None, at=at, recipients=leads, role=role)


def late_answers(session: Session, requests: Collection[UUID]) -> dict[UUID, list[LateAnswer]]:
    """Return the late answers of agencies to each of these requests, oldest first."""
    answers: dict[UUID, list[LateAnswer]] = {request: [] for request in requests}
    query = select(LateAnswer).where(LateAnswer.request_id.in_(answers)).order_by(LateAnswer.at, LateAnswer.id)
    for answer in session.scalars(query):
        answers[answer.request_id].append(answer)
    return answers


# control: H-AGENCY-7 letter-has-the-agencies
def agencies_answers(session: Session, request: ErasureRequest) -> list[str]:
    """Return the last answer of each agency to the withdrawal of a consent; `SILENT` for each that owes one.

    Answers of before the erasure are erased with the case.
    """
    if request.state in rules.ERASED:
        late = late_answers(session, [request.id])[request.id]
        return list({answer.agency: answer.answer for answer in late}.values())
    given = select(WithdrawalAnswer).where(
        WithdrawalAnswer.case_id == request.case_id, WithdrawalAnswer.taken_back_at.is_(None)
    )
    last = {answer.consent_id: answer.answer for answer in session.scalars(given.order_by(WithdrawalAnswer.id))}
    awaited = select(Consent.id).where(Consent.case_id == request.case_id, Consent.answer_due_on.is_not(None))
    return list({**last, **dict.fromkeys(session.scalars(awaited), letters.SILENT)}.values())


REACTIONS: Final[Sequence[Reaction]] = (Reaction("late_withdrawal_answer", ANSWERED_LATE.key, record_late),)
_ANSWERS: Final = Record.metadata.tables[LateAnswer.__tablename__]
EXPIRING: Final = (Expiring(_ANSWERS, _ANSWERS.c.at, rules.LATE_ANSWER_DAYS),)
