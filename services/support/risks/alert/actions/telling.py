"""The recipients of an alert. Each read determines them again, so former or excluded members lose access to the alert.

If a person's cases are merged, both teams see the alert, each under its own case. Outside the agency that leads the
case, people only see that an alert waits.
"""

from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, Uuid, and_, exists, false, func, literal, or_, select, true
from sqlalchemy.orm import Session, aliased

from services.support.cases.case.models import CASES, TeamMember
from services.support.risks.alert import rules
from services.support.risks.alert.actions.beside import may_know_danger
from services.support.risks.alert.models import Alert
from services.support.risks.alert.schemas import OpenAlert, TakenAlert, WaitingAlert
from shared.access import joined_cases, staff, views
from shared.access.agencies import ALERTED
from shared.access.exclusions import excludes
from shared.access.joined_cases import of_one_person
from shared.access.permissions import Relation
from shared.access.supervisions import leads, supervisions
from shared.access.tokens import Principal
from shared.http import paging

LONGEST_LIST: Final = 200
#: The number of newest unacknowledged alerts that long polling watches.
_WATCHED: Final = 300
NOT_OVER: Final = (Alert.ended_at.is_(None), Alert.taken_back_at.is_(None))
#: Alerts without a carer that are not over.
_UNANSWERED: Final = (Alert.acknowledged_at.is_(None), *NOT_OVER)
_CASE: Final = Alert.__table__.c.case_id
_MEMBER: Final = TeamMember.__table__.c.member
#: The register's entries of leads of a case, and of supervisors.
_LEADER, _ABOVE = staff.staff.alias("leader"), staff.staff.alias("above")


# control: H-DANGER-2 alert-reaches-a-colleague
def reached(session: Session, case: UUID, *, raiser: UUID | None = None, is_raiser_unknown: bool = False) -> set[int]:
    """Return the levels at which an alert reaches a person other than the raiser.

    If the raiser is unknown, one of the people reached may be the raiser. Then a level counts if it reaches two people,
    together with the levels before it.
    """
    reaching: set[int] = set()
    people: set[UUID] = set()
    for level, recipients in _recipients(session, case).items():
        found = set(session.scalars(recipients.distinct().limit(2))) - {raiser}
        people |= found
        if found and len(people) > is_raiser_unknown:
            reaching.add(level)
    # Without a named agency, the alert is shown to every supervisor, including later ones.
    return reaching if is_for_named_agency(session, case) else reaching | {rules.BEYOND}


def agencies_at(session: Session, case: UUID, level: int) -> list[UUID]:
    """Return the agencies of the staff whom an alert of a case reaches at a level, in a steady order."""
    registered = staff.staff.alias("registered")
    recipients = _recipients(session, case)[level].subquery()
    theirs = select(registered.c.agency).join(recipients, recipients.c[0] == registered.c.id).distinct()
    return list(
        session.scalars(theirs.where(registered.c.agency != staff.UNKNOWN_AGENCY).order_by(registered.c.agency))
    )


def _recipients(session: Session, case: UUID) -> dict[int, Select[UUID]]:
    """Select the recipients of an alert of a case at each level, without people whom the person excluded."""
    this = literal(case, Uuid)
    on_team = and_(TeamMember.case_id.in_(joined_cases.joined(session, case)))
    members = select(_MEMBER).where(on_team, _is_told(), ~excludes(this, _MEMBER))
    leading = (
        select(supervisions.c.supervisor)
        .join(TeamMember, leads(supervisions.c.supervisor, _MEMBER))
        .where(on_team, ~excludes(this, supervisions.c.supervisor))
    )
    beyond = _working(this, "supervisor")
    if is_for_named_agency(session, case):
        beyond = beyond.where(_ABOVE.c.agency == ALERTED.find(session))
    return {
        rules.TEAM: members,
        rules.SUPERVISORS: leading,
        rules.AGENCY: _working(this, "supervisor").where(_is_of_leading_agency(this, _ABOVE.c.agency)),
        rules.BEYOND: beyond,
        rules.DATA_PROTECTION: _working(this, rules.OFFICER),
    }


def is_for_named_agency(session: Session, case: UUID) -> bool:
    """Return whether an alert of a case reaches, outside its own agency, only the agency that the operators name.

    It reaches every supervisor if they name none, or if the case's own agency is unknown.
    """
    is_led = session.execute(select(_has_leading_agency(literal(case, Uuid)))).scalar_one()
    return is_led and ALERTED.find(session) is not None


def addressed_to(session: Session, by: Principal) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return the conditions that an alert is addressed to a user, and that they see more than that it waits."""
    me = UUID(by.subject)
    agency, named = staff.agency_of(session, me), ALERTED.find(session)
    supervises, protects = ("supervisor" in by.roles, rules.OFFICER in by.roles)
    within = _is_within(agency) if supervises else false()
    of_agency = and_(Alert.level >= rules.AGENCY, within)
    beyond = Alert.level >= rules.BEYOND if supervises and named in (None, agency) else false()
    protecting = Alert.level >= rules.DATA_PROTECTION if protects else false()
    mine = or_(_told_as_member(me), _told_as_heir(me), _told_as_supervisor(me), of_agency, beyond, protecting)
    in_full = _is_of_leader_of_the_alert(agency) if supervises else false()
    return and_(mine, ~excludes(_CASE, me)), or_(_has_part(me), in_full, protecting)


def is_addressed_to(session: Session, alert: Alert, by: Principal) -> bool:
    """Return whether an alert is addressed to a user, answered or not."""
    addressed, _ = addressed_to(session, by)
    return session.execute(select(Alert.id).where(Alert.id == alert.id, addressed)).first() is not None


def alerts_for(session: Session, *, by: Principal) -> dict[str, list[dict[str, Any]]]:
    """Return the unacknowledged alerts that are addressed to a user, oldest first: `alerts` and `waiting`.

    Each of `alerts` names the case in which the reader has a part (the alert's own or one merged with it), and the
    danger if the reader may know it. `waiting` are alerts of another agency's cases. Nothing in them identifies a case.
    """
    try:
        UUID(by.subject)
    except ValueError:
        return {"alerts": [], "waiting": []}  # a service sees no alerts
    addressed, in_full = addressed_to(session, by)
    agency = _leading_agency(_CASE).label("agency")
    query = select(Alert, func.coalesce(in_full, false()).label("in_full"), agency).where(*_UNANSWERED, addressed)
    rows = session.execute(query.order_by(Alert.raised_at, Alert.id).limit(LONGEST_LIST)).all()
    waiting = [views.shown(row.Alert, WaitingAlert, agency=row.agency) for row in rows if not row.in_full]
    return {"alerts": _under_own_cases(session, [row.Alert for row in rows if row.in_full], by), "waiting": waiting}


def taken(session: Session, *, by: Principal) -> list[dict[str, Any]]:
    """Return the open alerts with a carer, from the cases in which the reader has a part."""
    me = UUID(by.subject)
    is_taken = and_(Alert.acknowledged_at.is_not(None), *NOT_OVER, _has_part(me), ~excludes(_CASE, me))
    query = select(Alert).where(is_taken).order_by(Alert.raised_at, Alert.id).limit(LONGEST_LIST)
    alerts = list(session.scalars(query))
    return _under_own_cases(session, alerts, by, TakenAlert)


def marks(session: Session, wanted: Collection[UUID]) -> dict[UUID, str]:
    """Return the mark that long polling compares: the same for all users.

    The next read of the list decides who sees which alert.
    """
    return dict.fromkeys(wanted, newest(session))


def newest(session: Session) -> str:
    """Return a mark that changes whenever an alert is raised, escalated, acknowledged or ended.

    It reads a limited number of the newest alerts.
    """
    columns = (Alert.id, Alert.level, Alert.revision, Alert.ended_at, Alert.taken_back_at)
    watched = select(*columns).where(Alert.acknowledged_at.is_(None)).order_by(Alert.raised_at.desc(), Alert.id)
    return paging.mark_of([tuple(row) for row in session.execute(watched.limit(_WATCHED))])


def _under_own_cases(
    session: Session, alerts: Sequence[Alert], by: Principal, view: type[OpenAlert] = OpenAlert
) -> list[dict[str, Any]]:
    people = joined_cases.among(session, {alert.case_id for alert in alerts})
    relations = CASES.relations(session, {case for person in people.values() for case in person}, by)
    parts = {case for case, relation in relations.items() if relation in (Relation.TEAM, Relation.SUPERVISOR)}

    def shown_in(case: UUID) -> UUID:
        return case if case in parts else next((other for other in people.get(case, ()) if other in parts), case)

    def shown(alert: Alert) -> dict[str, Any]:
        case = shown_in(alert.case_id)
        danger = alert.danger_type if may_know_danger(session, alert, case, by=by) else None
        return views.shown(alert, view, case_id=case, danger_type=danger)

    return [shown(alert) for alert in alerts]


def _is_told() -> ColumnElement[bool]:
    return or_(TeamMember.lead, TeamMember.role.in_(rules.TOLD_ROLES))


def _told_as_member(me: UUID) -> ColumnElement[bool]:
    return exists().where(of_one_person(_CASE, TeamMember.case_id), TeamMember.member == me, _is_told())


def _told_as_heir(me: UUID) -> ColumnElement[bool]:
    """Return the condition that an alert was returned to a user on the team, in any role."""
    return and_(Alert.acknowledged_by == me, _is_on_team(me))


def _told_as_supervisor(me: UUID) -> ColumnElement[bool]:
    return and_(Alert.level >= rules.SUPERVISORS, _supervises(me))


def _supervises(me: UUID) -> ColumnElement[bool]:
    return exists().where(of_one_person(_CASE, TeamMember.case_id), leads(me, _MEMBER))


def _has_part(me: UUID) -> ColumnElement[bool]:
    return or_(_is_on_team(me), _supervises(me))


def _is_on_team(me: UUID) -> ColumnElement[bool]:
    return exists().where(of_one_person(_CASE, TeamMember.case_id), TeamMember.member == me)


def _is_within(agency: UUID | None) -> ColumnElement[bool]:
    """Return the condition that an agency leads the alert's case; true if one of them is unknown."""
    if agency is None:
        return true()
    return or_(_is_of_leading_agency(_CASE, literal(agency, Uuid)), ~_has_leading_agency(_CASE))


def _is_of_leader_of_the_alert(agency: UUID | None) -> ColumnElement[bool]:
    """Return the condition that an agency leads the alert's own case; true if one of them is unknown.

    In a case without a lead, the agencies of its team lead it.
    """
    if agency is None:
        return true()
    team, leader, lead = TeamMember.__table__.alias("own_team"), staff.staff.alias("own_leader"), aliased(TeamMember)
    nobody_leads = ~exists().where(lead.case_id == _CASE, lead.lead)
    works_for_it = and_(leader.c.id == team.c.member, leader.c.agency == agency)
    leads_it = exists().where(team.c.case_id == _CASE, or_(team.c.lead, nobody_leads), works_for_it)
    return or_(leads_it, ~_has_leading_agency(_CASE))


def _working(case: ColumnElement[UUID], role: str) -> Select[UUID]:
    """Select the registered active staff with a role whom the person has not excluded."""
    works = and_(_ABOVE.c.roles.contains([role]), ~staff.is_gone(_ABOVE.c.id))
    return select(_ABOVE.c.id).where(works, ~excludes(case, _ABOVE.c.id))


def _is_of_leading_agency(case: ColumnElement[UUID], agency: ColumnElement[UUID]) -> ColumnElement[bool]:
    return exists(_leading(case).where(_LEADER.c.agency == agency).correlate_except(TeamMember, _LEADER))


def _has_leading_agency(case: ColumnElement[UUID]) -> ColumnElement[bool]:
    return exists(_leading(case).correlate_except(TeamMember, _LEADER))


def _leading_agency(case: ColumnElement[UUID]) -> ScalarSelect[UUID]:
    """Select the agency that leads a case; of several, the one that leads the alert's own case."""
    own_first = (TeamMember.case_id != case, _LEADER.c.agency)
    return _leading(case).order_by(*own_first).limit(1).correlate_except(TeamMember, _LEADER).scalar_subquery()


def _leading(case: ColumnElement[UUID]) -> Select[UUID]:
    """Select the known agencies of the leads of a person's cases; without leads, those of the teams."""
    other = aliased(TeamMember)
    nobody_leads = ~exists().where(of_one_person(case, other.case_id), other.lead)
    leading = and_(of_one_person(case, TeamMember.case_id), or_(TeamMember.lead, nobody_leads))
    is_registered = _LEADER.c.agency != staff.UNKNOWN_AGENCY
    return select(_LEADER.c.agency).join(TeamMember, _LEADER.c.id == TeamMember.member).where(leading, is_registered)
