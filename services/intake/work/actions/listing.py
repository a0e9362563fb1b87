"""The work list, from one statement."""

import functools
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    SQLColumnExpression,
    Text,
    Uuid,
    bindparam,
    cast,
    exists,
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
from services.intake.work.models import HeardRisk
from shared.access import agency_grounds
from shared.access.case_restrictions import restrictions
from shared.access.exclusions import excludes
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
    rows = _LIST.execute(session, {"member": UUID(by.subject), "shown_until": shown_until}).all()
    cases = _by_case(map(_Row._make, rows))
    today = functools.cache(functools.partial(dates.today, now))
    sights = _sights(session, [of_case[0] for of_case in cases.values()], classes, today)
    lines = [
        _Line.of(of_case, today(of_case[0].jurisdiction), by.subject, sights[id_]) for id_, of_case in cases.items()
    ]
    left = sorted((line for line in lines if after is None or line.place > after), key=_Line.placed)
    following = left[limit - 1].place.written() if len(left) > limit else None
    day = functools.cache(date.fromisoformat)
    shown = [line.shown(today(line.case.jurisdiction), day) for line in left[:limit]]
    may_wait = after is None and (not rows or bool(rows[0][_OFFERED]))
    return {"offers": _offers(session, now, by=by) if may_wait else [], "cases": shown, "next": following}


def _offers(session: Session, now: datetime, *, by: Principal) -> list[dict[str, object]]:
    """Return the referrals that agencies offer to whoever may decide on one."""
    if not by.roles & offer_rules.ACCESS["offer.decide"].keys():
        return []
    return offers.waiting(session, rules.MOST_OFFERS, now)


class _Row(NamedTuple):
    """A case on the list, and an item that is due in it; without items all of the item is None. Text as JSON has it."""

    case: str
    number: str
    jurisdiction: str
    opened_on: str
    role: str
    lead: bool
    assessed_urgent: bool | None
    alias_of: str | None
    outside: UUID | None
    what: str | None
    source: str
    code: str | None
    kind: str | None
    reference: str | None
    due_on: str | None
    other_due_on: str | None
    since: str | None
    state: str
    certainty: str | None
    doubts: list[str]
    birthday: int | None
    member: str | None
    shown_from: str | None
    members: list[str] | None
    #: Whether an agency offers a referral to somebody: asked along, since mostly nobody does.
    offered: bool


_OFFERED: Final = _Row._fields.index("offered")


def _by_case(rows: Iterable[_Row]) -> dict[str, list[_Row]]:
    """Return the list's rows of each case, by its id."""
    cases: dict[str, list[_Row]] = {}
    for row in rows:
        cases.setdefault(row.case, []).append(row)
    return cases


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
    case: _Row
    items: list[_Row]
    sees_health: bool

    @classmethod
    def of(cls, rows: list[_Row], today: date, member: str, sees: _Sees) -> "_Line":
        """Return the line of a case, of whose items only the reader's are left."""
        case, day, hidden = rows[0], today.isoformat(), sees.hidden
        # Most items are everybody's, and of the lead all are: of those, no rule is asked.
        mine = [
            row
            for row in rows
            if row.what is not None
            and row.what not in hidden
            and (row.shown_from is None or row.shown_from <= day)
            and (row.members is None or due_rules.is_there(row.members, member))
            and (case.lead or due_rules.is_for(row.what, case.role, lead=False, member=row.member, asked_by=member))
        ]
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
            "items": [_item_shown(item, due_on, today) for item, due_on in zip(ordered, due_days, strict=True)],
        }


def _item_shown(item: _Row, due_on: date | None, today: date) -> Shown:
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
        "group": due_rules.group(item.state, due_on, item.certainty, today),
    }


def _sights(
    session: Session, cases: Collection[_Row], classes: frozenset[FieldClass], today: Callable[[str], date]
) -> dict[str, _Sees]:
    """Return what somebody of these classes sees of each case: where another agency leads, what theirs may have."""
    usual = _Sees.of(Sight(classes))
    sights = dict.fromkeys((case.case for case in cases), usual)
    agency = next((case.outside for case in cases if case.outside is not None), None)
    if agency is not None:
        days = {UUID(case.case): today(case.jurisdiction) for case in cases if case.outside is not None}
        for id_, categories in agency_grounds.granted_in(session, days, agency).items():
            sights[str(id_)] = _Sees.of(Sight(classes, categories, agency))
    return sights


def _in_order(item: _Row) -> tuple[bool, str, str | None, str, str]:
    return item.due_on is None, item.due_on or "", item.what, item.code or "", item.reference or ""


def _list() -> Select[Any]:
    """Build the statement of a member's open cases, each with all that is due in it, a row for each item.

    The cases, and what is due in them, are looked up by their ids in one array: a member has some hundred cases, and
    the database, which plans the statement before it knows the member, would look through everybody's.
    """
    of_member = select(TeamMember.case_id.label("id")).where(TeamMember.member == _MEMBER).subquery("of_member")
    narrow = due.among(of_member)
    mine = narrow(
        select(
            Case.id,
            cast(Case.id, Text).label("case"),
            Case.number,
            Case.jurisdiction,
            cast(Case.opened_on, Text).label("opened_on"),
            TeamMember.role,
            TeamMember.lead,
            _assessed_urgent(Case.id).label("assessed_urgent"),
            cast(_alias_of(Case.id), Text).label("alias_of"),
            either((is_outside(TeamMember.__table__, Case.id, _MEMBER), employer(_MEMBER))).label("outside"),
        )
        .join_from(TeamMember, Case)
        .where(TeamMember.member == _MEMBER, Case.status == OPEN, ~_excluded(Case.id), ~_restricted(Case.id)),
        Case.id,
    ).cte("mine")
    listed = due.due_of(due.among(mine)).subquery("listed")
    is_time = or_(listed.c.shown_from.is_(None), listed.c.shown_from <= _SHOWN_UNTIL)
    items = select(listed).where(is_time).subquery("items")
    shown = (*(mine.c[name] for name in _OF_CASE), *(_as_text(items.c[name]) for name in _OF_ITEM))
    offered = offers.any_waiting().scalar_subquery()
    return select(*shown, offered).select_from(mine.outerjoin(items, items.c.case_id == mine.c.id))


def _as_text(column: ColumnElement[object]) -> ColumnElement[object]:
    """Select a day or an id as JSON has it, since that is all that is made of it."""
    return cast(column, Text) if isinstance(column.type, (Date, Uuid)) else column


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


#: What is read of a case and of an item, in the order of a row's columns.
_OF_ITEM: Final = ("what", *due.BLANK)
_OF_CASE: Final = _Row._fields[: _Row._fields.index("what")]
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
