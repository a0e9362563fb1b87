"""Advice: recorded whatever it came to, in any phase, for any case. It is never a condition of anything."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.legal.advice import rules
from services.legal.advice.models import Advice
from services.legal.advice.schemas import CorrectAdvice, RecordAdvice
from services.legal.case.models import CASES, Correction
from shared.access.tokens import Principal
from shared.casework import corrections
from shared.casework.cases import one
from shared.casework.dates import dated
from shared.events.envelope import new_id
from shared.exchange import eventlog


def record_advice(
    session: Session, case: UUID, command: RecordAdvice, now: datetime, *, by: Principal
) -> tuple[UUID, int]:
    """Record advice; return its id and the case's version. Raises `FactRefused`."""
    locked_case, today = CASES.begin_change(session, case, now)
    stored = command.stored(given_on=dated("given_on", command.given_on, today))
    advice = Advice(id=new_id(), case_id=case, recorded_by=UUID(by.subject), **stored)
    session.add(advice)
    eventlog.record(session, case, [rules.advice_recorded(advice.phase, advice.status, advice.given_on)])
    return advice.id, locked_case.version


def correct_advice(
    session: Session, case: UUID, advice: UUID, command: CorrectAdvice, now: datetime, *, by: Principal
) -> tuple[UUID, int]:
    """Put advice right, or take it back; return the correction's id and the case's version.

    Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    locked_case, today = CASES.begin_change(session, case, now)
    given = one(session, Advice, case, advice)
    if command.given_on is not None:
        dated("given_on", command.given_on, today)
    corrected = corrections.put_right(session, Correction, given, "legal_advice", command, now=now, today=today, by=by)
    eventlog.record(session, case, [corrected.announcement])
    return corrected.id, locked_case.version
