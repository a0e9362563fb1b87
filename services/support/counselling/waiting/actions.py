"""Record and answer requests for counselling, and list who waits in the caller's cases."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.support.cases.case.actions import begin_change
from services.support.cases.case.models import TeamMember
from services.support.cases.task.actions import finish_task, set_task
from services.support.counselling.waiting import rules
from services.support.counselling.waiting.models import CounsellingRequest
from services.support.counselling.waiting.schemas import AnswerRequest, CorrectRequest, RequestCounselling, Waits
from shared.access.exclusions import excludes
from shared.access.tokens import Principal
from shared.access.views import shown
from shared.casework.cases import one
from shared.casework.dates import today
from shared.events.envelope import new_id
from shared.exchange import eventlog


def request_counselling(
    session: Session, case: UUID, command: RequestCounselling, now: datetime, *, by: Principal
) -> UUID:
    """Record that the person asks for counselling, why they wait, and what they have meanwhile.

    Return the request's id. Raises `FactRefused`.
    """
    change = begin_change(session, case, now, by)
    request = CounsellingRequest(id=new_id(), case_id=case, state=rules.WAITING, **change.recorded(command, "asked_on"))
    session.add(request)
    set_task(session, case, rules.TASK, request.id, request.asked_on)
    return request.id


def answer_request(
    session: Session, case: UUID, counselling_request_id: UUID, command: AnswerRequest, now: datetime, *, by: Principal
) -> None:
    """Record what became of a request, or why it waits now.

    Raises `NotFound`, `StepForbidden`.
    """
    change = begin_change(session, case, now, by)
    request = one(session, CounsellingRequest, case, counselling_request_id)
    rules.check_waits(request.state, taken_back=request.taken_back_at is not None)
    request.state, request.waits_because = command.state, command.waits_because or request.waits_because
    request.meanwhile = request.meanwhile if command.meanwhile is None else command.meanwhile
    request.revision += 1
    if command.state != rules.WAITING:
        request.answered_on = change.today
        finish_task(session, case, rules.TASK, request.id, change.today)


def correct_request(
    session: Session, case: UUID, counselling_request_id: UUID, command: CorrectRequest, now: datetime, *, by: Principal
) -> UUID:
    """Put a request right, or take it back; what it said before is kept.

    Return the correction's id. Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    change = begin_change(session, case, now, by)
    request = one(session, CounsellingRequest, case, counselling_request_id)
    day = change.corrected_day("asked_on", request, command)
    corrected = change.put_right(request, "counselling_request", command, asked_on=day)
    eventlog.record(session, case, [corrected.announcement])
    if corrected.takes_back:
        finish_task(session, case, rules.TASK, request.id, change.today)
    return corrected.id


def waiting_for(session: Session, now: datetime, *, by: Principal) -> dict[str, object]:
    """Return who waits for counselling in the caller's cases, the longest wait first."""
    me, row = UUID(by.subject), CounsellingRequest.__table__.c
    waits = (
        select(CounsellingRequest)
        .join(TeamMember, TeamMember.case_id == row.case_id)
        .where(
            TeamMember.member == me,
            row.state == rules.WAITING,
            row.taken_back_at.is_(None),
            ~excludes(row.case_id, me),
        )
        .order_by(row.asked_on, row.id)
        .limit(rules.LONGEST_LIST)
    )
    day = today(now, None)
    return {
        "waiting": [
            shown(request, Waits, case=request.case_id, days=max(0, (day - request.asked_on).days))
            for request in session.scalars(waits)
        ]
    }
