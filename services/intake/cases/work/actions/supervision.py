"""The queue of supervisors: cases without a responsible member, and overdue items of the people they supervise."""

from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, FromClause, Uuid, and_, cast, exists, func, null, or_, select, union_all
from sqlalchemy.orm import Session

from services.intake.agencies.report.models import Offer
from services.intake.agencies.report.rules import WAITING
from services.intake.cases.due import rules as due_rules
from services.intake.cases.due.actions import sources
from services.intake.cases.due.models import HeardDue
from services.intake.cases.work.actions import leaving
from services.intake.cases.work.actions.pages import (
    CALLER,
    TODAY,
    Column,
    Selected,
    Union,
    day_of,
    entry_of,
    page_of,
    queue_of,
)
from services.intake.cases.work.rules import queues as rules
from services.intake.facts.case.actions import is_left_to
from services.intake.facts.case.models import Case, TeamMember
from services.intake.facts.case.rules import OPEN
from services.intake.facts.identity.rules import ESCALATES_AFTER
from services.intake.facts.person.models import AgeChange
from services.intake.facts.person.rules import WAITING as AGE_WAITS
from shared.access import staff
from shared.access.endings import ended_members
from shared.access.sight import employer
from shared.access.supervisions import leads, supervisions
from shared.access.tokens import Principal
from shared.store.conditions import is_one_of


def for_supervisor(
    session: Session, after: rules.Place | None, limit: int, now: datetime, *, by: Principal
) -> dict[str, object]:
    """Return a page of a supervisor's queue: first cases without a responsible member, then the most overdue items."""
    return page_of(session, _SUPERVISION, after, limit, now, by=by)


def _supervision() -> Union:
    supervised = _supervised()
    teams = _teams(supervised)
    return union_all(
        _without_team(),
        _nobody_reachable(teams),
        _without_lead(teams),
        _overdue(supervised),
        _offered(),
        _conflicts(supervised),
        _ages(supervised),
        *leaving.supervisors_own(),
    )


def _supervised() -> FromClause:
    """Return a query for the open cases with a team member whom the caller supervises."""
    return (
        select(TeamMember.case_id.label("id"))
        .join(supervisions, leads(CALLER, TeamMember.__table__.c.member))
        .join(Case, Case.id == TeamMember.case_id)
        .where(is_one_of(Case.status, (OPEN,)))
        .distinct()
        .cte("supervised")
    )


def _teams(supervised: FromClause) -> FromClause:
    """Return a query for whether a member of each supervised case has access, and whether such a member leads it."""
    member = TeamMember.__table__.c
    has_access = member.member.not_in(ended_members())
    teams = select(
        member.case_id.label("id"),
        func.bool_or(has_access).label("reachable"),
        func.bool_or(and_(has_access, member.lead)).label("led"),
    ).group_by(member.case_id)
    return sources.among(supervised)(teams, member.case_id).cte("teams")


def _without_team() -> Selected:
    """Return a query for the open cases without a team, for all supervisors of their agency."""
    left = entry_of(rules.NO_TEAM, Case.id, since=Case.opened_on)
    return left.where(is_one_of(Case.status, (OPEN,)), ~Case.has_team, is_left_to(CALLER))


def _nobody_reachable(teams: FromClause) -> Selected:
    """Return a query for the cases whose members have all lost access."""
    return entry_of(rules.NOBODY_REACHABLE, teams.c.id).where(~teams.c.reachable)


def _without_lead(teams: FromClause) -> Selected:
    """Return a query for the cases with reachable members, but without a lead who has access."""
    return entry_of(rules.NO_LEAD, teams.c.id).where(teams.c.reachable, ~teams.c.led)


def _overdue(supervised: FromClause) -> Selected:
    items = sources.due_of(sources.among(supervised)).subquery("items")
    named = ("reference", "what", "code", "state", "since", "due_on")
    late = items.c.due_on < TODAY
    is_time = or_(items.c.shown_from.is_(None), items.c.shown_from <= TODAY)
    # Tasks in a matter are left out, because supervisors can be barred from it.
    for_all = items.c.members.is_(None)
    return entry_of(rules.OVERDUE, items.c.case_id, **{name: items.c[name] for name in named}).where(
        late, is_time, for_all
    )


def _offered() -> Selected:
    """Return a query for offered referrals that were not decided on in time, for all supervisors."""
    stated = {"reference": Offer.id, "state": Offer.state, "since": day_of(Offer.offered_at), "due_on": Offer.due_on}
    late = entry_of(rules.OFFER, cast(null(), Uuid), **stated)
    return late.where(is_one_of(Offer.state, (WAITING,)), Offer.due_on < TODAY)


def _conflicts(supervised: FromClause) -> Selected:
    """Return a query for the certain conflicts of interest without a decision.

    After some time they appear for all supervisors of the agencies of the team.
    """
    heard = HeardDue.__table__.c
    named = ("reference", "state", "since", "due_on")
    escalated = is_one_of(heard.state, (due_rules.ESCALATED,))
    is_theirs = _supervised_or_escalated(supervised, heard.case_id, escalated)
    conflicts = entry_of(rules.CONFLICT, heard.case_id, **{name: heard[name] for name in named})
    return conflicts.where(is_one_of(heard.what, (due_rules.CONFLICT,)), heard.listed, is_theirs)


# control: H-DANGER-8 second-person-is-asked
def _ages(supervised: FromClause) -> Selected:
    """Return a query for the changes of age that wait for a second person, except the caller's own.

    After some time they appear for all supervisors of the agencies of the team.
    """
    since = day_of(AgeChange.proposed_at)
    due_on = day_of(since + ESCALATES_AFTER)
    stated = {"reference": AgeChange.id, "state": AgeChange.state, "since": since, "due_on": due_on}
    waits = (is_one_of(AgeChange.state, (AGE_WAITS,)), AgeChange.proposed_by != CALLER)
    is_theirs = _supervised_or_escalated(supervised, AgeChange.case_id, due_on < TODAY)
    return entry_of(rules.AGE, AgeChange.case_id, **stated).where(*waits, is_theirs)


def _supervised_or_escalated(
    supervised: FromClause, of_case: Column, escalated: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Return the SQL condition that the caller supervises a case, or that it escalated at the caller's agency."""
    member, colleague = TeamMember.__table__.c, staff.staff.alias("colleague")
    of_agency = exists().where(
        member.case_id == of_case, colleague.c.id == member.member, colleague.c.agency == employer(CALLER)
    )
    return or_(of_case.in_(select(supervised.c.id)), and_(escalated, of_agency))


_SUPERVISION: Final = queue_of(_supervision())
