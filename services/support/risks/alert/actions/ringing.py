"""Ring the on-call notifiers of each agency that an alert addresses, repeatedly until a person acknowledges it.

Support decides which agencies ring, when and how often; `partners` sends (`services/partners/channels/notifier`). The
event that asks for a ring is about the agency. Nothing in it leads to the case.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.support.cases.case.models import CASES
from services.support.risks.alert import rules
from services.support.risks.alert.actions.telling import agencies_at, is_for_named_agency
from services.support.risks.alert.models import Alert
from shared.deadlines import timers
from shared.deadlines.timers import Timer
from shared.events.envelope import new_id
from shared.exchange import eventlog

TIMER: Final = "ring"


def ring(session: Session, alert: Alert, levels: Iterable[int]) -> None:
    """Ask for a ring at each agency that an alert addresses at these levels."""
    is_named = is_for_named_agency(session, alert.case_id)
    for level in levels:
        told = rules.told(level, is_named=is_named)
        for agency in agencies_at(session, alert.case_id, level):
            eventlog.record(session, agency, [rules.ring_due(new_id(), alert.urgency, told)])


# control: H-DANGER-2 alert-rings
def ring_until_acknowledged(session: Session, alert: Alert, since: datetime) -> None:
    """Ring now, and again after each interval until the alert is acknowledged or ended."""
    ring(session, alert, range(alert.level + 1))
    timers.schedule(session, alert.id, TIMER, since + rules.ring_interval(alert.urgency))


def ring_again(session: Session, timer: Timer, now: datetime) -> None:
    """Ring every level that the alert has reached, unless it was answered, and schedule the next ring."""
    case = session.execute(select(Alert.case_id).where(Alert.id == timer.owner)).scalar_one_or_none()
    if case is None:
        return  # the case was erased
    CASES.lock(session, case)
    alert = session.get_one(Alert, timer.owner, populate_existing=True)
    if alert.acknowledged_at is not None or alert.is_over:
        return
    ring(session, alert, range(alert.level + 1))
    timers.come_back(session, timer, rules.ring_interval(alert.urgency), now)


ON_TIMER: Final[timers.Handlers] = {TIMER: ring_again}
