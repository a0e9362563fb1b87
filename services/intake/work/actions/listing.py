"""The work list, from one statement: a member's open cases, and what is due in them.

The two are not joined in the database. It plans the statement before it knows how many cases a member has; with a join
it may run the union of all tables of items once for each case.
"""

import functools
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    SQLColumnExpression,
    Uuid,
    bindparam,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy import case as either
from sqlalchemy.orm import Session, aliased

from services.intake.case.models import Case, TeamMember
from services.intake.case.rules import OPEN, SEEN_BY
from services.intake.case_number.rules import written
from services.intake.due import actions as due
from services.intake.due import rules as due_rules
from services.intake.merging.models import CaseMerge
from services.intake.offer import actions as offers
from services.intake.offer import rules as offer_rules
from services.intake.work import rules
from services.intake.work.actions.items import Item, by_case, with_joined
from services.intake.work.models import HeardRisk
from shared.access import agency_grounds
from shared.access.case_restrictions import restrictions
from shared.access.exclusions import excludes
from shared.access.joined_cases import joined_cases
from shared.access.permissions import FieldClass, FieldVisibility, Relation, Sight
from shared.access.sight import employer, is_outside
from shared.access.tokens import Principal
from shared.access.views import Shown
from shared.casework import dates
from shared.store import written_once


def work_list(
    session: Session, after: rules.Place | None, limit: int, now: datetime, *, by: Principal
) -> dict[str, object]:
    """List the open cases on whose team the principal is, with what is due for them: the first due, then the urgent.

    For a principal who may not see health, by their role or of a case that another agency leads, what was assessed is
    neither shown nor part of the order or the cursor.
    """
    classes = _VISIBILITY.seen(by, Relation.TEAM)
    # By the day of whoever is furthest ahead; each case's own day decides below.
    shown_until = (now + timedelta(days=1)).date()
    found = _LIST.execute(session, {"member": UUID(by.subject), "shown_until": shown_until}).one()
    cases, own = list(map(_Case._make, found.cases or ())), by_case(map(Item._make, found.items or ()))
    items = with_joined(session, {UUID(case.case): case.joined for case in cases}, own, Sight(classes), now, by=by)
    today = functools.cache(functools.partial(dates.today, now))
    sights = _sights(session, cases, classes, today)
    lines = [
        _Line.of(case, items.get(case.case, ()), today(case.jurisdiction), by.subject, sights[case.case])
        for case in cases
    ]
    left = sorted((line for line in lines if after is None or line.place > after), key=_Line.placed)
    following = left[limit - 1].place.written() if len(left) > limit else None
    day = functools.cache(date.fromisoformat)
    shown = [line.shown(today(line.case.jurisdiction), day) for line in left[:limit]]
    may_wait = after is None and found.offered
    return {"offers": _offers(session, now, by=by) if may_wait else [], "cases": shown, "next": following}


def _offers(session: Session, now: datetime, *, by: Principal) -> list[dict[str, object]]:
    """Return the referrals that agencies offer to whoever may decide on one."""
    if not by.roles & offer_rules.ACCESS["offer.decide"].keys():
        return []
    return offers.waiting(session, rules.MOST_OFFERS, now)


class _Case(NamedTuple):
    """A case on the list. Text as JSON has it."""

    case: str
    number: str
    jurisdiction: str
    opened_on: str
    role: str
    lead: bool
    assessed_urgent: bool | None
    alias_of: str | None
    outside: str | None
    joined: bool


#: A question, but for its case, its code, its fact and its day.
_BLANK: Final = Item._make((None,) * len(Item._fields))._replace(
    what=due_rules.PERIOD_QUESTION, source="intake", state=due_rules.OPEN, doubts=[], ask_about=[]
)


@dataclass(frozen=True)
class _Sees:
    """What a reader sees of a case on the list: its kinds of items but for some, and what was assessed."""

    hidden: frozenset[str]
    health: bool

    @classmethod
    def of(cls, sight: Sight) -> "_Sees":
        """Return it by what they see of the case."""
        return cls(due_rules.hidden(sight), FieldClass.HEALTH in sight.classes and sight.has("health"))


class _Line(NamedTuple):
    """A case's line on the list: its place, what is due for the reader, and whether they see what was assessed."""

    place: rules.Place
    case: _Case
    items: list[Item]
    sees_health: bool

    @classmethod
    def of(cls, case: _Case, items: Iterable[Item], today: date, member: str, sees: _Sees) -> "_Line":
        """Return the line of a case, of whose items only the reader's are left."""
        day, hidden = today.isoformat(), sees.hidden
        # Most items are everybody's, and of the lead all are: of those, no rule is asked.
        mine = [
            row
            for row in items
            if row.what not in hidden
            and (row.shown_from is None or row.shown_from <= day)
            and (row.members is None or due_rules.is_there(row.members, member))
            and (case.lead or due_rules.is_for(row.what, case.role, lead=False, member=row.member, asked_by=member))
        ]
        mine += _questions(case.case, mine)
        first = min([row.due_on for row in mine if row.due_on is not None], default=None)
        return cls(
            rules.place(first, case.assessed_urgent if sees.health else None, case.case), case, mine, sees.health
        )

    def placed(self) -> rules.Place:
        """Return its place, by which lines are ordered."""
        return self.place

    def shown(self, today: date, day: Callable[[str], date]) -> Shown:
        """Return it as JSON has it: a long list, so by nobody's schema."""
        case, ordered = self.case, sorted(self.items, key=_in_order)
        due_days = [None if item.due_on is None else day(item.due_on) for item in ordered]
        others = [None if item.other_due_on is None else day(item.other_due_on) for item in ordered]
        earliest: dict[str | None, str] = {}
        for item in ordered:
            if item.due_on is not None:
                earliest.setdefault(item.what, item.due_on)
        return {
            "case": case.case,
            "number": written(case.number),
            "jurisdiction": case.jurisdiction,
            "opened_on": case.opened_on,
            "lead": case.lead,
            **({"assessed_urgent": case.assessed_urgent} if self.sees_health else {}),
            "alias_of": case.alias_of,
            # What has no day comes last.
            "due_on": ordered[0].due_on if ordered else None,
            "days_late": rules.days_late(due_days[0] if ordered else None, today),
            **{field: earliest.get(what) for field, what in _FIRST_OF.items()},
            "items": [
                _item_shown(item, due_on, other, today)
                for item, due_on, other in zip(ordered, due_days, others, strict=True)
            ],
        }


def _questions(case: str, items: Iterable[Item]) -> list[Item]:
    """Return an item for each fact to ask about, so that nothing stays doubtful about the periods among these."""
    periods = (
        (item.state, item.doubts, item.ask_about, item.due_on) for item in items if item.what == due_rules.PERIOD
    )
    return [
        _BLANK._replace(case=case, code=asked, reference=fact, due_on=due_on)
        for (asked, fact), due_on in due_rules.questions(periods).items()
    ]


def _item_shown(item: Item, due_on: date | None, other_due_on: date | None, today: date) -> Shown:
    """Return an item as JSON has it; field by field, since a list has thousands."""
    return {
        "what": item.what,
        "source": item.source,
        "code": item.code,
        "kind": item.kind,
        "reference": item.reference,
        "due_on": item.due_on,
        "other_due_on": item.other_due_on,
        "since": item.since,
        "state": item.state,
        "certainty": item.certainty,
        "doubts": item.doubts,
        "birthday": item.birthday,
        "group": due_rules.group(item.state, due_on, item.certainty, today, other_due_on),
    }


def _sights(
    session: Session, cases: Collection[_Case], classes: frozenset[FieldClass], today: Callable[[str], date]
) -> dict[str, _Sees]:
    """Return what somebody of these classes sees of each case: where another agency leads, what theirs may have."""
    usual = _Sees.of(Sight(classes))
    sights = dict.fromkeys((case.case for case in cases), usual)
    agency = next((case.outside for case in cases if case.outside is not None), None)
    if agency is not None:
        days = {UUID(case.case): today(case.jurisdiction) for case in cases if case.outside is not None}
        employed_by = UUID(agency)
        for id_, categories in agency_grounds.granted_in(session, days, employed_by).items():
            sights[str(id_)] = _Sees.of(Sight(classes, categories, employed_by))
    return sights


def _in_order(item: Item) -> tuple[bool, str, str, str, str]:
    return item.due_on is None, item.due_on or "", item.what, item.code or "", item.reference or ""


# control: H-OPERATION-5 work-list-bounded
def _list() -> Select[Any]:
    """Build the statement of a member's open cases and of all that is due in them, each as a list of rows.

    The cases, and what is due in them, are looked up by their ids in one array: a member has some hundred cases, and
    the database, which plans the statement before it knows the member, would look through everybody's.
    """
    of_member = select(TeamMember.case_id.label("id")).where(TeamMember.member == _MEMBER).subquery("of_member")
    mine = due.among(of_member)(
        select(
            Case.id,
            Case.number,
            Case.jurisdiction,
            Case.opened_on,
            TeamMember.role,
            TeamMember.lead,
            _assessed_urgent(Case.id).label("assessed_urgent"),
            _alias_of(Case.id).label("alias_of"),
            either((is_outside(TeamMember.__table__, Case.id, _MEMBER), employer(_MEMBER))).label("outside"),
            _is_joined(Case.id).label("joined"),
        )
        .join_from(TeamMember, Case)
        .where(TeamMember.member == _MEMBER, Case.status == OPEN, ~_excluded(Case.id), ~_restricted(Case.id)),
        Case.id,
    ).cte("mine")
    listed = due.due_of(due.among(mine)).subquery("listed")
    is_time = or_(listed.c.shown_from.is_(None), listed.c.shown_from <= _SHOWN_UNTIL)
    return select(
        _rows_of([mine.c[name] for name in ("id", *_Case._fields[1:])]).label("cases"),
        _rows_of([listed.c[name] for name in ("case_id", *Item._fields[1:])], is_time).label("items"),
        offers.any_waiting().scalar_subquery().label("offered"),
    )


def _rows_of(columns: Sequence[ColumnElement[object]], *conditions: ColumnElement[bool]) -> ColumnElement[object]:
    """Select rows as one JSON list of lists."""
    rows: ColumnElement[object] = (
        select(func.json_agg(func.json_build_array(*columns))).where(*conditions).scalar_subquery()
    )
    return rows


def _assessed_urgent(case: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    return select(HeardRisk.urgent).where(HeardRisk.case_id == case).scalar_subquery()


def _excluded(case: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    return excludes(case, _MEMBER)


def _restricted(case: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    return exists().where(restrictions.c.case_id == case)


def _is_joined(case: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    return exists().where(or_(joined_cases.c.kept == case, joined_cases.c.alias == case))


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


_MEMBER: Final = bindparam("member", type_=Uuid)
_SHOWN_UNTIL: Final = bindparam("shown_until", type_=Date)
#: By the field that shows it, of which kind of item the first day is shown beside all others.
_FIRST_OF: Final = {
    "clock_due_on": due_rules.PERIOD,
    "answer_due_on": due_rules.REFERRAL_WAITING,
    "came_back_on": due_rules.REFERRAL_BACK,
}
_VISIBILITY: Final = FieldVisibility(SEEN_BY)
#: To build it takes longer than to run it.
_LIST: Final = written_once.WrittenOnce(_list())
