"""The work list, from one statement, and whether the latest assessment of support found urgent need."""

import functools
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeAlias
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    SQLColumnExpression,
    Subquery,
    Uuid,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy import case as either
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from services.intake.case.models import Case, TeamMember
from services.intake.case.rules import OPEN, SEEN_BY
from services.intake.case_number.rules import written
from services.intake.due import actions as due
from services.intake.due import rules as due_rules
from services.intake.merging.models import CaseMerge
from services.intake.work import rules
from services.intake.work.models import HeardRisk
from shared.access import agency_grounds
from shared.access.case_restrictions import restrictions
from shared.access.exclusions import excludes
from shared.access.permissions import FieldClass, FieldVisibility, Relation, Sight
from shared.access.sight import employer, is_outside
from shared.access.tokens import Principal
from shared.casework import dates
from shared.events.contract import Received
from shared.exchange.follower import Projection, ReadModelTable

#: A row as JSON has it.
_Row: TypeAlias = dict[str, Any]


def project_risk(session: Session, events: Sequence[Received]) -> None:
    """Store whether the latest assessment that support announced found urgent need."""
    latest = {received.subject: received for received in events}
    rows = [
        {"case_id": case, "urgent": received.data["urgent"], "position": received.event.position}
        for case, received in latest.items()
    ]
    row = insert(HeardRisk)
    newer = {"urgent": row.excluded.urgent, "position": row.excluded.position}
    session.execute(row.on_conflict_do_update(index_elements=["case_id"], set_=newer), rows)


def work_list(
    session: Session, after: rules.Place | None, limit: int, now: datetime, *, by: Principal
) -> dict[str, object]:
    """List the open cases on whose team the principal is, with what is due for them: the first due, then the urgent.

    For a principal who may not see health, by their role or of a case that another agency leads, what was assessed is
    neither shown nor part of the order or the cursor.
    """
    classes = FieldVisibility(SEEN_BY).seen(by, Relation.TEAM)
    # By the day of whoever is furthest ahead; each case's own day decides below.
    shown_until = (now + timedelta(days=1)).date()
    cases, items = session.execute(_LIST, {"member": UUID(by.subject), "shown_until": shown_until}).one()
    of_case: dict[str, list[_Row]] = {}
    for item in items:
        of_case.setdefault(item["case_id"], []).append(item)
    today = functools.cache(functools.partial(dates.today, now))
    sights, lines = _sights(session, cases, classes, today), []
    for case in cases:
        sight = sights[case["case"]]
        items = _mine(case, of_case.get(case["case"], ()), today(case["jurisdiction"]), by.subject, sight)
        lines.append((_place(case, items), case, items))
    placed = sorted(lines, key=_first)
    left = [line for line in placed if after is None or line[0] > after]
    following = left[limit - 1][0].written() if len(left) > limit else None
    shown = [_line(case, items, today(case["jurisdiction"])) for _place, case, items in left[:limit]]
    return {"cases": shown, "next": following}


def _first(line: tuple[rules.Place, _Row, list[_Row]]) -> rules.Place:
    return line[0]


def _sights(
    session: Session, cases: Collection[_Row], classes: frozenset[FieldClass], today: Callable[[str], date]
) -> dict[str, Sight]:
    """Return what somebody of these classes sees of each case: where another agency leads, what theirs may have."""
    agencies = {case["case"]: case.pop("outside") for case in cases}
    [agency] = {each for each in agencies.values() if each is not None} or {None}
    sights = {case: Sight(classes) for case in agencies}
    if agency is not None:
        days = {UUID(case["case"]): today(case["jurisdiction"]) for case in cases if agencies[case["case"]] is not None}
        granted = agency_grounds.granted_in(session, days, UUID(agency))
        sights |= {str(case): Sight(classes, categories, UUID(agency)) for case, categories in granted.items()}
    return sights


def _mine(case: _Row, items: Iterable[_Row], today: date, member: str, sight: Sight) -> list[_Row]:
    """Return those of a case's items that are the member's now, and leave out of the case what they do not see."""
    role, lead, day = case.pop("role"), case["lead"], today.isoformat()
    if FieldClass.HEALTH not in sight.classes or not sight.has("health"):
        del case["assessed_urgent"]
    return [
        item
        for item in items
        if due_rules.is_seen(item["what"], sight)
        and (item["shown_from"] is None or item["shown_from"] <= day)
        and due_rules.is_for(item["what"], role, lead=lead, member=item["member"], asked_by=member)
    ]


def _place(case: _Row, items: Iterable[_Row]) -> rules.Place:
    return rules.place(_day(_earliest(items)), case.get("assessed_urgent"), UUID(case["case"]))


def _line(case: _Row, items: list[_Row], today: date) -> _Row:
    """Return a case's line as JSON has it: a long list, so by nobody's schema."""
    due_on = _earliest(items)
    first_of = {field: _earliest(item for item in items if item["what"] == what) for field, what in _FIRST_OF.items()}
    return {
        **case,
        "number": written(case["number"]),
        "due_on": due_on,
        "days_late": rules.days_late(_day(due_on), today),
        **first_of,
        "items": [due.grouped(item, _day(item["due_on"]), today) for item in sorted(items, key=_in_order)],
    }


def _in_order(item: _Row) -> tuple[bool, str, str, str, str]:
    due_on = item["due_on"]
    return due_on is None, due_on or "", item["what"], item["code"] or "", item["reference"] or ""


def _earliest(items: Iterable[_Row]) -> str | None:
    return min((item["due_on"] for item in items if item["due_on"] is not None), default=None)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _list() -> Select[Any]:
    """Build the statement of a member's open cases and of all that is due in them, each as one list.

    They are put together in the process: a member has some hundred cases, and the database, which plans the statement
    before it knows the member, would look through everybody's.
    """
    mine = (
        select(
            Case.id,
            Case.id.label("case"),
            Case.number,
            Case.jurisdiction,
            Case.opened_on,
            TeamMember.role,
            TeamMember.lead,
            _assessed_urgent(Case.id).label("assessed_urgent"),
            _alias_of(Case.id).label("alias_of"),
            either((is_outside(TeamMember.__table__, Case.id, _MEMBER), employer(_MEMBER))).label("outside"),
        )
        .join_from(TeamMember, Case)
        .where(TeamMember.member == _MEMBER, Case.status == OPEN, ~_excluded(Case.id), ~_restricted(Case.id))
        .cte("mine")
    )
    listed = due.due_of(due.among(mine)).subquery("listed")
    is_time = or_(listed.c.shown_from.is_(None), listed.c.shown_from <= _SHOWN_UNTIL)
    items = select(listed).where(is_time).subquery("items")
    shown = select(*(column for column in mine.c if column.name != "id")).subquery("shown")
    return select(_as_list(shown), _as_list(items))


def _as_list(rows: Subquery) -> ColumnElement[Any]:
    as_json = func.json_agg(func.row_to_json(rows.table_valued()))
    return select(func.coalesce(as_json, _NONE)).select_from(rows).scalar_subquery()


def _assessed_urgent(case: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    return select(HeardRisk.urgent).where(HeardRisk.case_id == case).scalar_subquery()


def _excluded(case: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    return excludes(case, _MEMBER)


def _restricted(case: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    return exists().where(restrictions.c.case_id == case)


def _alias_of(case: SQLColumnExpression[UUID]) -> ColumnElement[UUID]:
    """Select the case that this one is an alias of, if the member is on the team of both."""
    kept_id, team = CaseMerge.kept_id, aliased(TeamMember)
    on_team = exists().where(team.case_id == kept_id, team.member == _MEMBER)
    return (
        select(kept_id)
        .where(CaseMerge.alias_id == case, CaseMerge.unmerged_on.is_(None))
        .where(on_team, ~_excluded(kept_id), ~_restricted(kept_id))
        .scalar_subquery()
    )


_NONE: Final[ColumnElement[object]] = literal_column("'[]'::json")
_MEMBER: Final = bindparam("member", type_=Uuid)
_SHOWN_UNTIL: Final = bindparam("shown_until", type_=Date)
#: By the field that shows it, of which kind of item the first day is shown beside all others.
_FIRST_OF: Final = {
    "clock_due_on": due_rules.PERIOD,
    "answer_due_on": due_rules.REFERRAL_WAITING,
    "came_back_on": due_rules.REFERRAL_BACK,
}
#: To build it takes longer than to run it.
_LIST: Final = _list()
PROJECTIONS: Final = (
    Projection(
        "heard_risks", frozenset({"support.assessment.completed"}), project_risk, (ReadModelTable("heard_risks"),)
    ),
)
