"""Safeguarding alerts: raised here or because of a danger flagged at intake, escalated by timers, acknowledged.

Who is told is asked anew each time: who has left the team, or whom the person excluded, is told no more.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.orm import Session

from services.support.alert import rules
from services.support.alert.models import Alert
from services.support.alert.schemas import RaiseAlert
from services.support.case.models import CASES, TeamMember
from shared.access.exclusions import exclusions
from shared.access.permissions import NotFound, Relation
from shared.access.supervisions import supervisions
from shared.access.tokens import Principal
from shared.casework import cases
from shared.deadlines import time_source, timers
from shared.deadlines.timers import Timer
from shared.events.contract import Received
from shared.events.envelope import Announcement, new_id
from shared.exchange import eventlog
from shared.exchange.follower import Reaction

TIMER: Final = "alert"
LONGEST_LIST: Final = 200


def raise_alert(session: Session, case: UUID, command: RaiseAlert, now: datetime) -> tuple[UUID, int]:
    """Raise an alert; return its id and the case's version."""
    locked_case, _today = CASES.begin_change(session, case, now)
    alert_id = new_id()
    _raise(session, alert_id, case, command.danger_type, command.urgency, now)
    return alert_id, locked_case.version


def take_up_danger(session: Session, received: Received) -> None:
    """Raise an alert for a danger flagged at intake."""
    CASES.lock(session, received.subject)
    danger = received.data
    if session.get(Alert, danger["alert"]) is None:
        # The domain's now, which a test clock may have moved; an event's time is real time.
        now = time_source.now(session)
        _raise(session, danger["alert"], received.subject, danger["danger_type"], danger["urgency"], now)


def escalate(session: Session, timer: Timer, _now: datetime) -> None:
    """Escalate an alert to the next level, unless somebody has acknowledged it."""
    case = session.execute(select(Alert.case_id).where(Alert.id == timer.owner)).scalar_one_or_none()
    if case is None:
        return  # the case was erased
    CASES.lock(session, case)
    alert = session.get_one(Alert, timer.owner, populate_existing=True)
    due_level = int(timer.name.removeprefix(f"{TIMER}@"))
    level = rules.first_level(_reached(session, alert.case_id), due_level)
    acknowledged = alert.acknowledged_at is not None
    if rules.rises(alert.level, due_level, acknowledged=acknowledged):
        alert.level = level
        eventlog.record(session, alert.case_id, [rules.escalated(alert.id, alert.urgency, level)])


def acknowledge(
    session: Session, case: UUID, alert_id: UUID, now: datetime, *, by: Principal, relation: Relation
) -> None:
    """Record who acknowledged an alert, which ends its escalation; the first one counts. Raises `NotFound`."""
    alert = cases.find(session, Alert, case, alert_id)
    if alert is None or not rules.may_acknowledge(alert.level, relation, by.roles):
        raise NotFound
    if alert.acknowledged_at is not None:
        return
    alert.acknowledged_by, alert.acknowledged_at = UUID(by.subject), now
    timers.cancel(session, alert.id)
    announced = {"alert": alert.id, "level": alert.level, "by": alert.acknowledged_by}
    eventlog.record(session, case, [Announcement("alert.acknowledged", announced)])


def alerts_for(session: Session, *, by: Principal) -> list[Alert]:
    """Return the unacknowledged alerts that are addressed to somebody, oldest first."""
    try:
        me = UUID(by.subject)
    except ValueError:
        return []  # a service is told of nothing
    kept_away = exists().where(exclusions.c.case_id == Alert.case_id, exclusions.c.member == me)
    mine = or_(_told_as_member(me), _told_as_supervisor(me), _told_by_role(by))
    query = select(Alert).where(Alert.acknowledged_at.is_(None), mine, ~kept_away)
    alerts = session.scalars(query.order_by(Alert.raised_at, Alert.id).limit(LONGEST_LIST))
    return list(alerts)


def _raise(session: Session, alert_id: UUID, case: UUID, danger_type: str, urgency: str, now: datetime) -> None:
    level = rules.first_level(_reached(session, case))
    session.add(Alert(id=alert_id, case_id=case, danger_type=danger_type, urgency=urgency, raised_at=now, level=level))
    for next_level, at in rules.escalations(urgency, now, level):
        timers.schedule(session, alert_id, f"{TIMER}@{next_level}", at)
    eventlog.record(session, case, [rules.raised(alert_id, urgency, level)])


def _reached(session: Session, case: UUID) -> set[int]:
    """Return the levels at which an alert reaches somebody with a part in the case."""
    kept_away = select(exclusions.c.member).where(exclusions.c.case_id == case, exclusions.c.member.is_not(None))
    on_team = select(TeamMember.member).where(TeamMember.case_id == case)
    members_told = on_team.where(_is_told(), TeamMember.member.not_in(kept_away))
    leading = select(supervisions.c.supervisor).where(
        supervisions.c.member.in_(on_team), supervisions.c.supervisor.not_in(kept_away)
    )
    by_level = {rules.TEAM: members_told, rules.SUPERVISORS: leading}
    return {level for level, query in by_level.items() if session.execute(query.limit(1)).first() is not None}


def _is_told() -> ColumnElement[bool]:
    return or_(TeamMember.lead, TeamMember.role.in_(rules.TOLD_ROLES))


def _told_as_member(me: UUID) -> ColumnElement[bool]:
    return exists().where(TeamMember.case_id == Alert.case_id, TeamMember.member == me, _is_told())


def _told_as_supervisor(me: UUID) -> ColumnElement[bool]:
    led = (supervisions.c.supervisor == me, supervisions.c.member == TeamMember.member)
    return and_(Alert.level >= rules.SUPERVISORS, exists().where(TeamMember.case_id == Alert.case_id, *led))


def _told_by_role(principal: Principal) -> ColumnElement[bool]:
    by_role = (Alert.level >= level for level, role in rules.EVERYWHERE.items() if role in principal.roles)
    return or_(false(), *by_role)


#: A person in danger waits behind no event that failed.
REACTIONS: Final = (Reaction("danger", "intake.danger.flagged", take_up_danger, ahead=True),)
ON_TIMER: Final[timers.Handlers] = {TIMER: escalate}
