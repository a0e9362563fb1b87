"""Advice: recorded whatever it came to, in any phase, for any case. It is never a condition of anything."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.legal.advice.models import Advice
from services.legal.advice.schemas import RecordAdvice
from services.legal.case.models import CASES
from shared.casework.dates import dated
from shared.events.envelope import Announcement, new_id
from shared.exchange import eventlog


def record_advice(session: Session, case: UUID, command: RecordAdvice, now: datetime) -> tuple[UUID, int]:
    """Record advice; return its id and the case's version. Raises `FactRefused`."""
    locked_case, today = CASES.begin_change(session, case, now)
    stored = command.stored(given_on=dated("given_on", command.given_on, today))
    advice = Advice(id=new_id(), case_id=case, **stored)
    session.add(advice)
    eventlog.record(session, case, [Announcement("advice.recorded", stored)])
    return advice.id, locked_case.version
