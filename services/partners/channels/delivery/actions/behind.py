"""Tell an agency in its stream that one of its webhooks fell behind: its other channels still deliver."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from services.partners.agencies.agency.actions.locking import lock
from services.partners.agencies.agency.rules import ACTIVE as TAKES_PART
from services.partners.channels.delivery import rules
from services.partners.channels.delivery.actions.lane import Clock
from services.partners.channels.delivery.events import FELL_BEHIND
from services.partners.channels.delivery.models import Webhook
from shared.events.contract import Emits
from shared.events.envelope import Announcement
from shared.exchange.eventlog import ORIGIN, Origin, record
from shared.store.database import Database
from shared.store.loop import Loop

PASS_SECONDS: Final = 60.0
#: The most agencies of one pass.
_AT_ONCE: Final = 100


class Behind(Loop):
    """Publishes that webhooks fell behind. Every replica can run it: each agency is locked."""

    def __init__(self, database: Database, emits: Emits, now: Clock) -> None:
        """Store the database. If it is unavailable, the loop tries again."""
        super().__init__(self.tell_all, pause=PASS_SECONDS, passing=(SQLAlchemyError,))
        self._database, self._emits, self._now = database, emits, now

    def tell_all(self) -> int:
        """Publish the webhooks that fell behind; return how many."""
        now = self._now()
        with self._database.reading() as session:
            query = select(Webhook.agency).where(_fell_behind(now)).distinct().order_by(Webhook.agency)
            candidates = session.scalars(query.limit(_AT_ONCE)).all()
        return sum(self._tell(agency, now) for agency in candidates)

    def _tell(self, agency: UUID, now: datetime) -> int:
        with self._database.transaction(ORIGIN.holding(Origin(self._emits))) as session:
            return tell_behind(session, agency, now)


def tell_behind(session: Session, agency: UUID, now: datetime) -> int:
    """Publish the webhooks of an agency that have failed for an hour, each at most once a day; return how many.

    The agency is locked first, as for each of its events.
    """
    if lock(session, agency) != TAKES_PART:
        return 0
    query = select(Webhook).where(Webhook.agency == agency, _fell_behind(now)).order_by(Webhook.id)
    rows = session.scalars(query.with_for_update(skip_locked=True)).all()
    for row in rows:
        row.behind_told_at = now
        record(session, agency, [Announcement(FELL_BEHIND.name, {"webhook": row.id, "agency": agency})])
    return len(rows)


def _fell_behind(now: datetime) -> ColumnElement[bool]:
    is_new = or_(Webhook.behind_told_at.is_(None), Webhook.behind_told_at <= now - rules.BEHIND_TOLD_EVERY)
    return and_(Webhook.state.in_(rules.SENDING), Webhook.failing_since <= now - rules.BEHIND_AFTER, is_new)
