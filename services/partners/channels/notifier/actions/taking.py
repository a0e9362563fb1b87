"""Rings that support and intake request: one for each notifier of the agency at that level."""

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.partners.channels.notifier import rules
from services.partners.channels.notifier.models import Notifier, Ring
from shared.events.contract import Received
from shared.exchange.follower import Reaction
from shared.store.measuring import Measure
from shared.telemetry import metrics

#: The time for which an undelivered ring counts for the alarm.
_ALARM: Final = timedelta(hours=1)


def take_ring(session: Session, received: Received) -> None:
    """Store a ring for each notifier of the agency at this level, or that there is none.

    A late ring is tried before it is given up: its time counts from now.
    """
    asked, agency, now = received.data, received.subject, datetime.now(UTC)
    at_level = Notifier.levels.contains([asked["told"]])
    notifiers = list(
        session.scalars(select(Notifier.id).where(Notifier.agency == agency, at_level).order_by(Notifier.id))
    )
    common = {
        "agency": agency,
        "level": asked["told"],
        "urgency": asked["urgency"],
        "tries": 0,
        "due_at": now,
        "next_at": now,
        "until": now + timedelta(minutes=asked["minutes"]),
    }
    nowhere = {"id": asked["ring"], "state": rules.UNDELIVERED, "outcome": rules.NO_NOTIFIER, "settled_at": now}
    rows = [
        {"id": _id(asked["ring"], notifier), "notifier": notifier, "state": rules.WAITING, **common}
        for notifier in notifiers
    ]
    # A ring is stored once, however often its event arrives.
    session.execute(insert(Ring).on_conflict_do_nothing(index_elements=["id"]), rows or [{**nowhere, **common}])


def _id(ring: UUID, notifier: UUID) -> UUID:
    """Return the id of a ring at one notifier: the same whenever the event is applied again."""
    return uuid5(ring, str(notifier))


def _undelivered(*, without_notifier: bool) -> "Measure":
    metric = metrics.rings_without_notifier if without_notifier else metrics.rings_undelivered
    is_nowhere = Ring.notifier.is_(None) if without_notifier else Ring.notifier.is_not(None)
    is_recent = Ring.settled_at > func.now() - _ALARM
    return Measure(metric, select(func.count()).where(Ring.state == rules.UNDELIVERED, is_nowhere, is_recent))


# control: H-DANGER-2 undeliverable-ring-alarms
REACTIONS: Final = (
    Reaction("ring", "support.ring.due", take_ring),
    Reaction("ring_of_intake", "intake.ring.due", take_ring),
)
MEASURES: Final = (_undelivered(without_notifier=False), _undelivered(without_notifier=True))
