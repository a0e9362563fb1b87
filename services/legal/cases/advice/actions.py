"""Record advice, follow-ups and requests. Advice is possible in any phase of any case, and nothing depends on it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.legal.cases.advice import rules
from services.legal.cases.advice.models import Advice, AdviceRequest, FollowUp
from services.legal.cases.advice.schemas import (
    CompleteFollowUp,
    CorrectAdvice,
    EndRequest,
    PlanFollowUp,
    RecordAdvice,
    RequestAdvice,
)
from services.legal.cases.case.models import CASES, Correction
from shared.access.tokens import Principal
from shared.casework import corrections
from shared.casework.cases import one
from shared.casework.dates import dated
from shared.events.envelope import Announcement, new_id
from shared.exchange import eventlog


def record_advice(session: Session, case: UUID, command: RecordAdvice, now: datetime, *, by: Principal) -> UUID:
    """Record advice, or why there was none.

    Return its id. Raises `FactRefused`.
    """
    _case, today = CASES.begin_change(session, case, now)
    stored = command.stored(given_on=dated("given_on", command.given_on, today))
    advice = Advice(id=new_id(), case_id=case, recorded_by=UUID(by.subject), **stored)
    session.add(advice)
    eventlog.record(session, case, [rules.advice_recorded(advice.phase, advice.status, advice.given_on)])
    return advice.id


def correct_advice(
    session: Session, case: UUID, advice: UUID, command: CorrectAdvice, now: datetime, *, by: Principal
) -> UUID:
    """Put advice right, or take it back; what it said before is kept.

    Return the correction's id. Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    _case, today = CASES.begin_change(session, case, now)
    given = one(session, Advice, case, advice)
    if command.given_on is not None:
        dated("given_on", command.given_on, today)
    corrected = corrections.put_right(session, Correction, given, "legal_advice", command, now=now, today=today, by=by)
    eventlog.record(session, case, [corrected.announcement])
    return corrected.id


def plan_follow_up(
    session: Session, case: UUID, advice: UUID, command: PlanFollowUp, now: datetime, *, by: Principal
) -> UUID:
    """Record what is to be done after advice, and by which day.

    Return its id. Raises `NotFound`.
    """
    CASES.begin_change(session, case, now)
    given = one(session, Advice, case, advice)
    stored = command.stored(recorded_by=UUID(by.subject))
    follow_up = FollowUp(id=new_id(), case_id=case, advice=given.id, **stored)
    session.add(follow_up)
    planned = {"follow_up": follow_up.id, "due_on": follow_up.due_on}
    eventlog.record(session, case, [Announcement("advice.follow_up_planned", planned)])
    return follow_up.id


def complete_follow_up(session: Session, case: UUID, follow_up: UUID, command: CompleteFollowUp, now: datetime) -> UUID:
    """Record that what was to be done is done.

    Return its id. Raises `NotFound`, `StepForbidden`.
    """
    _case, today = CASES.begin_change(session, case, now)
    waiting = one(session, FollowUp, case, follow_up)
    rules.check_waits(waiting.done_on)
    waiting.done_on = dated("done_on", command.done_on, today)
    eventlog.record(session, case, [Announcement("advice.follow_up_done", {"follow_up": follow_up})])
    return follow_up


def request_advice(session: Session, case: UUID, command: RequestAdvice, now: datetime, *, by: Principal) -> UUID:
    """Record that somebody waits for advice, and why it can't be had now.

    Return the request's id.
    """
    _case, today = CASES.begin_change(session, case, now)
    stored = command.stored(asked_on=dated("asked_on", command.asked_on, today), recorded_by=UUID(by.subject))
    request = AdviceRequest(id=new_id(), case_id=case, **stored)
    session.add(request)
    waits = {"request": request.id, "asked_on": request.asked_on, "urgent": request.urgent}
    eventlog.record(session, case, [Announcement("advice.requested", waits)])
    return request.id


def end_request(session: Session, case: UUID, asked_id: UUID, command: EndRequest, now: datetime) -> UUID:
    """Record how a request for advice ended.

    Return its id. Raises `NotFound`, `StepForbidden`.
    """
    _case, today = CASES.begin_change(session, case, now)
    waiting = one(session, AdviceRequest, case, asked_id)
    rules.check_waits(waiting.ended_on)
    ended_on = dated("ended_on", command.ended_on, today, since=waiting.asked_on, after="the request")
    waiting.ended, waiting.ended_on = command.ended, ended_on
    eventlog.record(session, case, [Announcement("advice.request_ended", {"request": asked_id})])
    return asked_id
