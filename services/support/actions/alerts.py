"""Safeguarding alerts: raised here or because of a danger that intake tells of, escalated by timers, acknowledged.

Who is told is asked anew each time: who has left the team, or whom the person excluded, is told no more.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.orm import Session

from services.support.actions.cases import begin_change, locked
from services.support.models import Alert, TeamMember
from services.support.rules import alerts as rules
from shared import eventlog, timers
from shared.access import NotFound, Relation
from shared.contract import Received
from shared.envelope import Announcement, new_id
from shared.standing.exclusions import exclusions
from shared.standing.supervisions import supervisions
from shared.timers import Timer
from shared.tokens import Principal

TIMER = "alert@"
LONGEST_LIST = 200
_SHOWN = ("id", "danger_type", "urgency", "level")


def raise_alert(session: Session, case: UUID, body: dict[str, Any], now: datetime) -> tuple[UUID, int]:
    """Raise an alert; gives its id and the case's version."""
    found, _today = begin_change(session, case, now)
    made = new_id()
    _raise(session, made, case, body["danger_type"], body["urgency"], now)
    return made, found.version


def take_up_danger(session: Session, received: Received) -> None:
    """Raise an alert for a danger that intake tells of."""
    locked(session, received.subject)
    told = received.data
    if session.get(Alert, told["alert"]) is None:
        # The domain's now, which a test clock may have moved; an event's time is real time.
        now = session.info["clock"].now(session)
        _raise(session, told["alert"], received.subject, told["danger_type"], told["urgency"], now)


def escalate(session: Session, timer: Timer, _now: datetime) -> None:
    """Tell the next ones, unless somebody has acknowledged meanwhile."""
    found = session.execute(select(Alert.case_id).where(Alert.id == timer.owner)).scalar_one_or_none()
    if found is None:
        return  # the case was erased
    locked(session, found)
    alert = session.get_one(Alert, timer.owner, populate_existing=True)
    wanted = int(timer.name.removeprefix(TIMER))
    level = rules.first_level(_reached(session, alert.case_id), wanted)
    acknowledged = alert.acknowledged_at is not None
    if rules.rises(alert.level, wanted, acknowledged=acknowledged):
        alert.level = level
        eventlog.record(session, alert.case_id, [rules.escalated(alert.id, alert.urgency, level)])


def acknowledge(session: Session, case: UUID, which: UUID, who: Principal, relation: Relation, now: datetime) -> None:
    """Note who takes care of it, which ends the escalation; the first one stays. Raises `NotFound`."""
    alert = session.execute(select(Alert).where(Alert.id == which, Alert.case_id == case)).scalar_one_or_none()
    if alert is None or not rules.may_acknowledge(alert.level, relation, who.roles):
        raise NotFound
    if alert.acknowledged_at is not None:
        return
    alert.acknowledged_by, alert.acknowledged_at = UUID(who.subject), now
    timers.cancel(session, alert.id)
    told = {"alert": alert.id, "level": alert.level, "by": alert.acknowledged_by}
    eventlog.record(session, case, [Announcement("alert.acknowledged", told)])


def alerts_for(session: Session, who: Principal) -> list[dict[str, Any]]:
    """Give the alerts that somebody is told of and nobody has acknowledged, oldest first."""
    try:
        me = UUID(who.subject)
    except ValueError:
        return []  # a service is told of nothing
    kept_away = exists().where(exclusions.c.case_id == Alert.case_id, exclusions.c.member == me)
    mine = or_(_told_as_member(me), _told_as_supervisor(me), _told_by_role(who))
    found = select(Alert).where(Alert.acknowledged_at.is_(None), mine, ~kept_away)
    rows = session.scalars(found.order_by(Alert.raised_at, Alert.id).limit(LONGEST_LIST))
    return [{**shown(each), "case": each.case_id} for each in rows]


def shown(alert: Alert) -> dict[str, Any]:
    """Show an alert."""
    return {**{name: getattr(alert, name) for name in _SHOWN}, "raised_at": alert.raised_at.isoformat()}


def _raise(session: Session, made: UUID, case: UUID, danger_type: str, urgency: str, now: datetime) -> None:
    level = rules.first_level(_reached(session, case))
    session.add(Alert(id=made, case_id=case, danger_type=danger_type, urgency=urgency, raised_at=now, level=level))
    for each, at in rules.escalations(urgency, now, level):
        timers.schedule(session, made, f"{TIMER}{each}", at)
    eventlog.record(session, case, [rules.raised(made, urgency, level)])


def _reached(session: Session, case: UUID) -> set[int]:
    """Give the levels at which somebody with a part in the case is told."""
    kept_away = select(exclusions.c.member).where(exclusions.c.case_id == case, exclusions.c.member.is_not(None))
    on_team = select(TeamMember.member).where(TeamMember.case_id == case)
    told = on_team.where(_is_told(), TeamMember.member.not_in(kept_away))
    leading = select(supervisions.c.supervisor).where(
        supervisions.c.member.in_(on_team), supervisions.c.supervisor.not_in(kept_away)
    )
    by_level = {rules.TEAM: told, rules.SUPERVISORS: leading}
    return {level for level, query in by_level.items() if session.execute(query.limit(1)).first() is not None}


def _is_told() -> ColumnElement[bool]:
    return or_(TeamMember.lead, TeamMember.role.in_(rules.TOLD_ROLES))


def _told_as_member(me: UUID) -> ColumnElement[bool]:
    return exists().where(TeamMember.case_id == Alert.case_id, TeamMember.member == me, _is_told())


def _told_as_supervisor(me: UUID) -> ColumnElement[bool]:
    led = (supervisions.c.supervisor == me, supervisions.c.member == TeamMember.member)
    return and_(Alert.level >= rules.SUPERVISORS, exists().where(TeamMember.case_id == Alert.case_id, *led))


def _told_by_role(who: Principal) -> ColumnElement[bool]:
    by_role = (Alert.level >= level for level, role in rules.EVERYWHERE.items() if role in who.roles)
    return or_(false(), *by_role)
