"""Advice: recorded whatever it came to, in any phase, for any case. It is never a condition of anything."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.legal.advice.models import Advice
from services.legal.case.models import CASES
from shared.casework.cases import rows_of, shown
from shared.casework.dates import dated
from shared.events.envelope import Announcement, new_id
from shared.exchange import eventlog

_SHOWN: Final = ("id", "phase", "status", "given_on", "topics", "funding", "language", "interpreter")


def record_advice(session: Session, case: UUID, body: Mapping[str, Any], now: datetime) -> tuple[UUID, int]:
    """Record advice; return its id and the case's version. Raises `FactRefused`."""
    locked_case, today = CASES.begin_change(session, case, now)
    stored = {**body, "given_on": dated("given_on", body.get("given_on"), today)}
    advice = Advice(id=new_id(), case_id=case, **stored)
    session.add(advice)
    eventlog.record(session, case, [Announcement("advice.recorded", stored)])
    return advice.id, locked_case.version


def advice_of(session: Session, case: UUID) -> list[dict[str, Any]]:
    """Return a case's advice as it is shown, oldest first."""
    return [shown(advice, *_SHOWN) for advice in rows_of(session, Advice, case)]
