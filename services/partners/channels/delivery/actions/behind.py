"""Tell an agency in its stream that one of its webhooks fell behind: its other channels still deliver."""

from datetime import datetime
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from services.partners.agencies.agency.rules import ACTIVE as TAKES_PART
from services.partners.channels.delivery import rules
from services.partners.channels.delivery.actions.lane import Clock
from services.partners.channels.delivery.events import FELL_BEHIND
from services.partners.channels.delivery.models import Webhook
from shared.access import agencies
from shared.events.contract import Emits
from shared.events.envelope import Announcement
from shared.exchange.eventlog import ORIGIN, Origin, record
from shared.store.database import Database
from shared.store.loop import Loop

PASS_SECONDS: Final = 60.0
#: The most webhooks of one transaction.
_AT_ONCE: Final = 100


class Behind(Loop):
    """Publishes that webhooks fell behind. Every replica can run it: the webhooks are locked."""

    def __init__(self, database: Database, emits: Emits, now: Clock) -> None:
        """Store the database. If it is unavailable, the loop tries again."""
        super().__init__(self.tell_all, pause=PASS_SECONDS, passing=(SQLAlchemyError,))
        self._database, self._emits, self._now = database, emits, now

    def tell_all(self) -> int:
        """Publish the webhooks that fell behind; return how many."""
        with self._database.transaction(ORIGIN.holding(Origin(self._emits))) as session:
            return tell_behind(session, self._now())


def tell_behind(session: Session, now: datetime) -> int:
    """Publish the webhooks that have failed for an hour, each at most once a day; return how many."""
    table = agencies.agencies
    is_new = or_(Webhook.behind_told_at.is_(None), Webhook.behind_told_at <= now - rules.BEHIND_TOLD_EVERY)
    failing = Webhook.state.in_(rules.SENDING) & (Webhook.failing_since <= now - rules.BEHIND_AFTER)
    query = (
        select(Webhook).join(table, table.c.id == Webhook.agency).where(table.c.state == TAKES_PART, failing, is_new)
    )
    rows = session.scalars(
        query.order_by(Webhook.id).limit(_AT_ONCE).with_for_update(of=Webhook, skip_locked=True)
    ).all()
    for row in rows:
        row.behind_told_at = now
        record(session, row.agency, [Announcement(FELL_BEHIND.name, {"webhook": row.id, "agency": row.agency})])
    return len(rows)
