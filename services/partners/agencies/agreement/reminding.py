"""Remind agencies in their streams before an agreement ends without one that follows it."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from services.partners.agencies.agency.actions.locking import lock
from services.partners.agencies.agreement import actions, events, rules
from services.partners.agencies.agreement.models import AgreementRecord
from shared.casework import dates
from shared.deadlines import time_source
from shared.events.contract import Emits
from shared.events.envelope import Announcement
from shared.exchange.eventlog import ORIGIN, Origin, record
from shared.store.database import Database
from shared.store.loop import Loop

PASS_SECONDS: Final = 60.0


class Reminders(Loop):
    """Publishes due reminders. Every replica can run it: the agency's row is locked, and each reminder is stored."""

    def __init__(self, database: Database, emits: Emits) -> None:
        """Store the database. If it is unavailable, the loop tries again."""
        super().__init__(self.remind_all, pause=PASS_SECONDS, passing=(SQLAlchemyError,))
        self._database, self._emits = database, emits

    def remind_all(self) -> int:
        """Publish the reminders that are due now; return how many."""
        with self._database.reading() as session:
            candidates = _candidates(session, time_source.now(session))
        return sum(self._remind(agency) for agency in candidates)

    def _remind(self, agency: UUID) -> int:
        with self._database.transaction(ORIGIN.holding(Origin(self._emits))) as session:
            return remind(session, agency, time_source.now(session))


def remind(session: Session, agency: UUID, now: datetime) -> int:
    """Publish the reminders about an agency's agreements that are due now; return how many."""
    lock(session, agency)
    today, reminded = dates.today(now, None), 0
    for agreement in actions.by_agency(session, [agency]).get(agency, ()):
        row = session.get_one(AgreementRecord, agreement.id)
        days = rules.reminder_due(agreement, row.reminded_days, today)
        if days is None:
            continue
        row.reminded_days = days
        named = {"agreement": row.id, "agency": agency, "last_day": row.last_day}
        record(session, agency, [Announcement(events.END_APPROACHED.name, named)])
        reminded += 1
    return reminded


def _candidates(session: Session, now: datetime) -> list[UUID]:
    last = dates.today(now, None) + rules.FIRST_REMINDER
    due = (AgreementRecord.step == rules.AGREED, AgreementRecord.last_day <= last)
    not_over = AgreementRecord.last_day >= dates.today(now, None)
    return sorted(session.scalars(select(AgreementRecord.agency).where(*due, not_over).distinct()))
