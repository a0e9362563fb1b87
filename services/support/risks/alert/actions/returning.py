"""Reopen the alerts of carers who have left."""

from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from services.support.cases.case.models import CASES
from services.support.risks.alert import rules
from services.support.risks.alert.actions.raising import go_up, told
from services.support.risks.alert.actions.telling import NOT_OVER, reached
from services.support.risks.alert.models import Alert
from shared.access import staff
from shared.deadlines import time_source
from shared.events.contract import Received
from shared.exchange import eventlog
from shared.exchange.follower import Reaction


def hand_over(session: Session, received: Received) -> None:
    """Return the alerts of a leaver in a case to the member who takes over."""
    leaver, heir = received.data["member"], received.data["handed_to"]
    if heir is not None:
        _come_back(session, leaver, heir, Alert.case_id == received.subject)


def leave(session: Session, received: Received) -> None:
    """Reopen the remaining alerts of a leaver, in cases in which they had no part, without a new carer."""
    _come_back(session, received.data["registered"], None, true())


def _come_back(session: Session, leaver: UUID, heir: UUID | None, which: ColumnElement[bool]) -> None:
    """Reopen the alerts of a carer. They are escalated from now on, like new alerts."""
    theirs, now = (which, Alert.acknowledged_by == leaver, *NOT_OVER), time_source.now(session)
    for case in sorted(set(session.scalars(select(Alert.case_id).where(*theirs)))):
        CASES.lock(session, case)
    taken = select(Alert).where(*theirs).order_by(Alert.id).execution_options(populate_existing=True)
    for alert in session.scalars(taken).all():
        was_open, alert.acknowledged_by, alert.acknowledged_at = alert.acknowledged_at is None, heir, None
        if not was_open:
            alert.level = rules.first_level(reached(session, alert.case_id))
            go_up(session, alert, now)
        session.flush()
        announced = rules.returned(alert.id, alert.urgency, alert.level, told(session, alert), heir)
        eventlog.record(session, alert.case_id, [announced])


RETURNING: Final = (
    Reaction("alerts_of_leavers", "intake.team.member_removed", hand_over),
    Reaction("alerts_of_who_left", f"intake.{staff.LEFT_EVENT.name}", leave),
)
