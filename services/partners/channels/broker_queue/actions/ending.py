"""What ends an agency's part without anybody's step: a day that passes, and a key in use that was revoked.

A consent or an agreement that ends by its day has what waits in the queue emptied, as one that is withdrawn. And
RabbitMQ remembers, for as long as a channel is open, that its user may read a queue: who is in with a key that was
revoked is cut off by a new name, which that key can't learn.
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
    """Return the agencies with a queue for which a day has passed somewhere, or a key was revoked."""
    today = _days(time_source.now(session))
    columns = (BrokerQueue.agency, BrokerQueue.days_at, _has_revoked().label("has_revoked"))
    rows = session.execute(select(*columns).where(BrokerQueue.is_declared).order_by(BrokerQueue.agency)).all()
    seen = {row.days_at: row.days_at is not None and _days(row.days_at) == today for row in rows}
    return [row.agency for row in rows if row.has_revoked or not seen[row.days_at]]


def bring_on(session: Session, agency: UUID) -> None:
    """Have the queue emptied if something has ended by its day, and named anew if a key was revoked that had read."""
    now = time_source.now(session)
    before = session.scalar(select(BrokerQueue.days_at).where(BrokerQueue.agency == agency))
    if before is not None and _has_ended(session, agency, before, now):
        grounds.hold_alone(session, [agency])
    row = session.get(BrokerQueue, agency, with_for_update={"skip_locked": True})
    if row is None:  # or a request has locked it: the next look finds the same
        return
    row.days_at = now
    has_revoked = select(BrokerQueue.agency).where(BrokerQueue.agency == agency, _has_revoked())
    if row.is_open and session.scalar(has_revoked) is not None:
        opening.cut_off(row, now)


def _has_revoked() -> ColumnElement[bool]:
    """Write the condition that a key which read was revoked since the queue got its name."""
    of_agency = (KeyRecord.agency == BrokerQueue.agency, KeyRecord.scopes.contains([READING]))
    was_used = KeyRecord.last_used_on.is_not(None)
    return exists().where(*of_agency, was_used, KeyRecord.revoked_at > BrokerQueue.named_at)


def _has_ended(session: Session, agency: UUID, before: datetime, now: datetime) -> bool:
    ended = agreements.have_turned(session, agency, _days(before), _days(now))
    return ended or grounds.has_run_out(session, agency, before, now)


def _days(instant: datetime) -> dict[str, date]:
    """Return the day that it is under each law."""
    return {law: dates.today(instant, law) for law in _LAWS}
