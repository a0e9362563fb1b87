"""End an agency's access when a date passes or a key in use is revoked.

If a consent or an agreement ends by date, the queue is emptied, as after a withdrawal. As long as a channel is open,
RabbitMQ remembers that its user can read a queue. The queue therefore gets a new name when a key is revoked. The
revoked key cannot learn that name.
"""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from services.partners.agencies.agreement import actions as agreements
from services.partners.agencies.key.models import KeyRecord
from services.partners.agencies.key.rules import READING
from services.partners.channels.broker_queue.actions import opening
from services.partners.channels.broker_queue.models import BrokerQueue
from services.partners.streams.ground import actions as grounds
from shared.casework import dates
from shared.deadlines import time_source
from shared.reference import JURISDICTIONS

_LAWS: Final = tuple(sorted(JURISDICTIONS))


def due(session: Session) -> list[UUID]:
    """Return the agencies with a queue for which a date has passed under some law, or a key was revoked."""
    today = _days(time_source.now(session))
    columns = (BrokerQueue.agency, BrokerQueue.days_at, _has_revoked().label("has_revoked"))
    rows = session.execute(select(*columns).where(BrokerQueue.is_declared).order_by(BrokerQueue.agency)).all()
    seen = {row.days_at: row.days_at is not None and _days(row.days_at) == today for row in rows}
    return [row.agency for row in rows if row.has_revoked or not seen[row.days_at]]


def bring_on(session: Session, agency: UUID) -> None:
    """Empty the queue if something has ended by date, and rename it if a key that has read it was revoked."""
    now = time_source.now(session)
    before = session.scalar(select(BrokerQueue.days_at).where(BrokerQueue.agency == agency))
    if before is not None and _has_ended(session, agency, before, now):
        grounds.hold_alone(session, [agency])
    row = session.get(BrokerQueue, agency, with_for_update={"skip_locked": True})
    if row is None:  # or a request has locked it: the next check finds it
        return
    row.days_at = now
    has_revoked = select(BrokerQueue.agency).where(BrokerQueue.agency == agency, _has_revoked())
    if row.is_open and session.scalar(has_revoked) is not None:
        opening.cut_off(row, now)


def _has_revoked() -> ColumnElement[bool]:
    """Return the condition that a used key with the reading scope was revoked after the queue got its name."""
    of_agency = (KeyRecord.agency == BrokerQueue.agency, KeyRecord.scopes.contains([READING]))
    was_used = KeyRecord.last_used_on.is_not(None)
    return exists().where(*of_agency, was_used, KeyRecord.revoked_at > BrokerQueue.named_at)


def _has_ended(session: Session, agency: UUID, before: datetime, now: datetime) -> bool:
    ended = agreements.have_turned(session, agency, _days(before), _days(now))
    return ended or grounds.has_run_out(session, agency, before, now)


def _days(instant: datetime) -> dict[str, date]:
    """Return the current day under each law."""
    return {law: dates.today(instant, law) for law in _LAWS}
