"""What waits for supervisors: the cases that nobody answers for, and what is overdue in those whom they supervise."""

from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, FromClause, Uuid, and_, cast, exists, func, null, or_, select, union_all
from sqlalchemy.orm import Session

from services.intake.age.rules import ESCALATES_AFTER
from services.intake.case.actions import is_left_to
from services.intake.case.models import Case, TeamMember
from services.intake.case.rules import OPEN
from services.intake.due import actions as due
from services.intake.due import rules as due_rules
from services.intake.due.models import HeardDue
from services.intake.offer.models import Offer
from services.intake.offer.rules import WAITING
from services.intake.person.models import AgeChange
from services.intake.person.rules import WAITING as AGE_WAITS
from services.intake.queue import rules
from services.intake.queue.actions import leaving
from services.intake.queue.actions.pages import (
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
from shared.access import staff
from shared.access.endings import ended_members
from shared.access.sight import employer
from shared.access.supervisions import leads, supervisions
from shared.access.tokens import Principal
from shared.store.conditions import is_one_of


def for_supervisor(
    session: Session, after: rules.Place | None, limit: int, now: datetime, *, by: Principal
) -> dict[str, object]:
    """Return a page of a supervisor's queue: first the cases that nobody answers for, then what is overdue longest."""
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
    """Select the open cases on whose team somebody is whom the caller supervises."""
    return (
        select(TeamMember.case_id.label("id"))
        .join(supervisions, leads(CALLER, TeamMember.__table__.c.member))
        .join(Case, Case.id == TeamMember.case_id)
        .where(is_one_of(Case.status, (OPEN,)))
        .distinct()
        .cte("supervised")
    )


def _teams(supervised: FromClause) -> FromClause:
    """Select of each supervised case whether somebody of its team has access, and whether such a one leads it."""
    member = TeamMember.__table__.c
    has_access = member.member.not_in(ended_members())
    teams = select(
        member.case_id.label("id"),
        func.bool_or(has_access).label("reachable"),
        func.bool_or(and_(has_access, member.lead)).label("led"),
    ).group_by(member.case_id)
    return due.among(supervised)(teams, member.case_id).cte("teams")


def _without_team() -> Selected:
    """Select the open cases that their whole team has left: every supervisor's of their agency."""
    left = entry_of(rules.NO_TEAM, Case.id, since=Case.opened_on)
    return left.where(is_one_of(Case.status, (OPEN,)), ~Case.has_team, is_left_to(CALLER))


def _nobody_reachable(teams: FromClause) -> Selected:
    """Select the cases whose members all have no access any more."""
    return entry_of(rules.NOBODY_REACHABLE, teams.c.id).where(~teams.c.reachable)


def _without_lead(teams: FromClause) -> Selected:
    """Select the cases that somebody works on, and that nobody with access leads."""
    return entry_of(rules.NO_LEAD, teams.c.id).where(teams.c.reachable, ~teams.c.led)


def _overdue(supervised: FromClause) -> Selected:
    items = due.due_of(due.among(supervised)).subquery("items")
    named = ("reference", "what", "code", "state", "since", "due_on")
    late = items.c.due_on < TODAY
    is_time = or_(items.c.shown_from.is_(None), items.c.shown_from <= TODAY)
    # What waits in a matter is no supervisor's: they may be kept apart from it.
    for_all = items.c.members.is_(None)
    return entry_of(rules.OVERDUE, items.c.case_id, **{name: items.c[name] for name in named}).where(
        late, is_time, for_all
    )


def _offered() -> Selected:
    """Select the referrals that agencies offer and nobody has decided on in time: every supervisor's."""
    stated = {"reference": Offer.id, "state": Offer.state, "since": day_of(Offer.offered_at), "due_on": Offer.due_on}
    late = entry_of(rules.OFFER, cast(null(), Uuid), **stated)
    return late.where(is_one_of(Offer.state, (WAITING,)), Offer.due_on < TODAY)


def _conflicts(supervised: FromClause) -> Selected:
    """Select the certain conflicts of interest on which nobody has decided.

    One that waits too long is every supervisor's of an agency that somebody of the team works for.
    """
    heard = HeardDue.__table__.c
    named = ("reference", "state", "since", "due_on")
    escalated = is_one_of(heard.state, (due_rules.ESCALATED,))
    is_theirs = _supervised_or_escalated(supervised, heard.case_id, escalated)
    found = entry_of(rules.CONFLICT, heard.case_id, **{name: heard[name] for name in named})
    return found.where(is_one_of(heard.what, (due_rules.CONFLICT,)), heard.listed, is_theirs)


# control: H-DANGER-8 second-person-is-asked
def _ages(supervised: FromClause) -> Selected:
    """Select the changes of age that wait for a second person, but for those that the caller stated.

    One that waits too long is every supervisor's of an agency that somebody of the team works for.
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
    """Write the condition that the caller supervises a case, or what escalated is of one of their agency's cases."""
    member, colleague = TeamMember.__table__.c, staff.staff.alias("colleague")
    of_agency = exists().where(
        member.case_id == of_case, colleague.c.id == member.member, colleague.c.agency == employer(CALLER)
    )
    return or_(of_case.in_(select(supervised.c.id)), and_(escalated, of_agency))


_SUPERVISION: Final = queue_of(_supervision())
