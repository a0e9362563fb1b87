"""Record advice, follow-ups and requests. Advice is possible in any phase of any case, and nothing depends on it.

Also: record brief advice and list that of the reader's agency; no event follows. Record explanations of rights, and
show them next to all rights of the profile.
"""

from dataclasses import asdict, fields
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from services.legal.cases.advice import rules
from services.legal.cases.advice.models import Advice, AdviceRequest, BriefAdvice, FollowUp, RightExplained
from services.legal.cases.advice.rules import Explained
from services.legal.cases.advice.schemas import (
    CompleteFollowUp,
    CorrectAdvice,
    EndRequest,
    ExplainRight,
    PlanFollowUp,
    RecordAdvice,
    RecordBriefAdvice,
    RequestAdvice,
)
from services.legal.cases.case.models import CASES, Correction
from shared.access import staff
from shared.access.tokens import Principal
from shared.casework import corrections
from shared.casework.cases import one
from shared.casework.dates import dated, today
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
    """Correct or withdraw advice; earlier values are kept.

    Return the correction's id. Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    _case, today = CASES.begin_change(session, case, now)
    given = one(session, Advice, case, advice)
    dated("given_on", command.given_on, today)
    return corrections.correct(session, Correction, given, "legal_advice", command, now=now, today=today, by=by)


def plan_follow_up(
    session: Session, case: UUID, advice: UUID, command: PlanFollowUp, now: datetime, *, by: Principal
) -> UUID:
    """Record a follow-up task after advice, with its last day.

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
    """Record that a follow-up task is done.

    Return its id. Raises `NotFound`, `StepForbidden`.
    """
    _case, today = CASES.begin_change(session, case, now)
    waiting = one(session, FollowUp, case, follow_up)
    rules.check_waits(waiting.done_on)
    waiting.done_on = dated("done_on", command.done_on, today)
    eventlog.record(session, case, [Announcement("advice.follow_up_done", {"follow_up": follow_up})])
    return follow_up


def request_advice(session: Session, case: UUID, command: RequestAdvice, now: datetime, *, by: Principal) -> UUID:
    """Record a request for advice that is not available now, and the reason.

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


def record_brief_advice(session: Session, command: RecordBriefAdvice, now: datetime, *, by: Principal) -> UUID:
    """Record advice to a person without a case, or why there was none.

    Return its id. Raises `FactRefused`.
    """
    given_on = dated("given_on", command.given_on, today(now, None))
    agency = staff.agency_of(session, UUID(by.subject))
    row = BriefAdvice(id=new_id(), agency=agency, **command.stored(given_on=given_on))
    session.add(row)
    return row.id


def brief_advice_after(session: Session, after: UUID | None, limit: int, *, by: Principal) -> dict[str, object]:
    """List the brief advice of the caller's own agency, latest first.

    A page begins before `after`.
    """
    latest = select(BriefAdvice).where(_is_own(session, by)).order_by(BriefAdvice.id.desc()).limit(limit + 1)
    if after is not None:
        latest = latest.where(BriefAdvice.id < after)
    rows = list(session.scalars(latest))
    page = rows[:limit]
    return {"brief_advice": page, "next": str(page[-1].id) if len(rows) > limit else None}


def _is_own(session: Session, by: Principal) -> ColumnElement[bool]:
    """Return the condition that the advice is of the reader's agency, or that one of the two agencies is unknown."""
    agency = staff.agency_of(session, UUID(by.subject))
    return true() if agency is None else or_(BriefAdvice.agency.is_(None), BriefAdvice.agency == agency)


def explain_right(session: Session, case: UUID, command: ExplainRight, now: datetime, *, by: Principal) -> UUID:
    """Record that a right was explained, in which language, and whether it was understood.

    Return the record's id. Raises `FactRefused`.
    """
    locked_case, today = CASES.begin_change(session, case, now)
    rules.check_right(locked_case.jurisdiction, command.code)
    stored = command.stored(explained_on=dated("explained_on", command.explained_on, today))
    explained = RightExplained(id=new_id(), case_id=case, recorded_by=UUID(by.subject), **stored)
    session.add(explained)
    return explained.id


def rights_shown(session: Session, case: UUID) -> tuple[dict[str, object], int]:
    """Return the rights of the case's jurisdiction with their sources, and which were explained.

    Each has its latest explanation. Raises `NotArrivedYet`.
    """
    rights = rules.rights_of(CASES.read(session, case).jurisdiction)
    rows = session.scalars(select(RightExplained).where(RightExplained.case_id == case).order_by(RightExplained.id))
    latest = rules.ticks(
        Explained(row.code, row.explained_on, row.language, row.format, row.understood) for row in rows
    )
    blank = dict.fromkeys(field.name for field in fields(Explained))
    told = [
        {**(asdict(latest[code]) if code in latest else blank), "code": code}
        | {"source": right.source, "certainty": right.certainty, "note": right.note or None}
        for code, right in rights.items()
    ]
    return {"rights": told}, CASES.version(session, case)
