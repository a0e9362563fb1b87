"""The statement of the work list: the open cases of a reader, and all their due items.

The statement does not join the two. The database plans it before it knows how many cases a reader has, and with a join
it can run the union of all item tables once for each case.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    FromClause,
    Select,
    SQLColumnExpression,
    Text,
    Uuid,
    bindparam,
    cast,
    exists,
    false,
    func,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy import case as either
from sqlalchemy.orm import aliased

from services.intake.access.merging.models import CaseMerge
from services.intake.agencies.report.actions import offers
from services.intake.cases.due.actions import sources
from services.intake.cases.due.models import HeardRisk
from services.intake.cases.work import rules
from services.intake.cases.work.actions.items import Item
from services.intake.facts.case.models import Case, TeamMember, is_kept_apart
from services.intake.facts.case.rules import OPEN
from shared.access.case_restrictions import restrictions
from shared.access.exclusions import excludes
from shared.access.joined_cases import joined_cases
from shared.access.sight import employer, is_outside
from shared.access.supervisions import leads, supervisions
from shared.store import statements


class CaseRow(NamedTuple):
    """A case on the list, in JSON types. `role` is None for a reader who only supervises its team."""

    case: str
    number: str
    jurisdiction: str
    opened_on: str
    role: str | None
    lead: bool
    assessed_urgent: bool | None
    alias_of: str | None
    outside: str | None
    joined: bool


_MEMBER: Final = bindparam("member", type_=Uuid)
_SUPERVISES: Final = bindparam("supervises", type_=Boolean)
_SHOWN_UNTIL: Final = bindparam("shown_until", type_=Date)


def _of_member() -> FromClause:
    """Return a query for the cases of the reader's teams."""
    team = TeamMember.__table__.c
    return select(team.case_id.label("id"), team.role, team.lead).where(team.member == _MEMBER).cte("of_member")


# control: H-CONFIDENTIALITY-2 team-list-is-readable-cases
def _of_team() -> FromClause:
    """Return the same query plus the cases of the people whom the reader supervises, if they may read those."""
    team, own = TeamMember.__table__.alias("supervised").c, TeamMember.__table__.alias("own").c
    mine = select(own.case_id.label("id"), own.role, own.lead).where(own.member == _MEMBER)
    is_mine = TeamMember.__table__.alias("is_mine")
    supervised = (
        select(team.case_id.label("id"), cast(null(), Text).label("role"), false().label("lead"))
        .join(supervisions, leads(_MEMBER, team.member))
        .where(_SUPERVISES, ~exists().where(is_mine.c.case_id == team.case_id, is_mine.c.member == _MEMBER))
        .distinct()
    )
    return union_all(mine, supervised).cte("of_team")


# control: H-OPERATION-5 work-list-bounded
def _list(of_reader: FromClause, *conditions: ColumnElement[bool], most: int | None = None) -> Select[Any]:
    """Build the statement of a reader's open cases and of all their due items, each as a list of rows.

    The cases and their items are looked up by an array of ids. A member has some hundred cases, and the database plans
    the statement before it knows the member: without the array it would scan the cases of all members.
    """
    mine = sources.among(of_reader)(
        select(
            Case.id,
            Case.number,
            Case.jurisdiction,
            Case.opened_on,
            of_reader.c.role,
            of_reader.c.lead,
            _assessed_urgent(Case.id).label("assessed_urgent"),
            _alias_of(Case.id).label("alias_of"),
            either((is_outside(TeamMember.__table__, Case.id, _MEMBER), employer(_MEMBER))).label("outside"),
            _is_joined(Case.id).label("joined"),
        )
        .select_from(of_reader)
        .join(Case, Case.id == of_reader.c.id)
        .where(Case.status == OPEN, ~excludes(Case.id, _MEMBER), ~_restricted(Case.id), *conditions),
        Case.id,
    )
    cases = mine.cte("mine") if most is None else mine.order_by(Case.id).limit(most).cte("mine")
    listed = sources.due_of(sources.among(cases)).subquery("listed")
    is_time = or_(listed.c.shown_from.is_(None), listed.c.shown_from <= _SHOWN_UNTIL)
    return select(
        _rows_of([cases.c[name] for name in ("id", *CaseRow._fields[1:])]).label("cases"),
        _rows_of([listed.c[name] for name in ("case_id", *Item._fields[1:])], is_time).label("items"),
        offers.any_waiting().scalar_subquery().label("offered"),
    )


def _rows_of(columns: Sequence[ColumnElement[object]], *conditions: ColumnElement[bool]) -> ColumnElement[object]:
    """Return rows as one JSON list of lists."""
    rows: ColumnElement[object] = (
        select(func.json_agg(func.json_build_array(*columns))).where(*conditions).scalar_subquery()
    )
    return rows


def _assessed_urgent(case: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    return select(HeardRisk.urgent).where(HeardRisk.case_id == case).scalar_subquery()


def _restricted(case: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    return exists().where(restrictions.c.case_id == case)


def _is_joined(case: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    return exists().where(or_(joined_cases.c.kept == case, joined_cases.c.alias == case))


def _alias_of(case: SQLColumnExpression[UUID]) -> ColumnElement[UUID]:
    """Return the case that this one is an alias of, if the reader is on the teams of both."""
    kept_id, team = CaseMerge.kept_id, aliased(TeamMember)
    on_team = exists().where(team.case_id == kept_id, team.member == _MEMBER)
    return (
        select(kept_id)
        .where(CaseMerge.alias_id == case, CaseMerge.unmerged_on.is_(None))
        .where(on_team, ~excludes(kept_id, _MEMBER), ~_restricted(kept_id))
        .scalar_subquery()
    )


#: Built once, because building them takes longer than running them.
_OWN: Final = statements.WrittenOnce(_list(_of_member()))
#: A barred member leaves the team, so only the list of supervisors needs the check for barriers.
_TEAM: Final = statements.WrittenOnce(_list(_of_team(), ~is_kept_apart(Case.id, _MEMBER), most=rules.MOST_OF_TEAM + 1))
#: By the scope of the list.
LISTS: Final = {rules.MINE: _OWN, rules.TEAM: _TEAM}
