"""Advice: recorded whatever it came to, in any phase, for any case. It is never a condition of anything."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.legal.models import CASES, Advice
from shared.casework.dates import dated
from shared.events.envelope import Announcement, new_id
from shared.exchange import eventlog


def record(session: Session, case: UUID, body: Mapping[str, Any], now: datetime) -> tuple[UUID, int]:
    """Record advice; return its id and the case's version. Raises `FactRefused`."""
    locked_case, today = CASES.begin_change(session, case, now)
    stored = {**body, "given_on": dated("given_on", body.get("given_on"), today)}
    advice = Advice(id=new_id(), case_id=case, **stored)
    session.add(advice)
    eventlog.record(session, case, [Announcement("advice.recorded", stored)])
    return advice.id, locked_case.version
