"""The work list, from one statement, and whether the latest assessment of support found urgent need."""

import functools
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeAlias
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
from sqlalchemy.dialects.postgresql import insert
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
from shared.casework import dates
from shared.events.contract import Received
from shared.exchange.follower import Projection, ReadModelTable
from shared.store import written_once
from shared.store.database import TableRow

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
    classes = _VISIBILITY.seen(by, Relation.TEAM)
    # By the day of whoever is furthest ahead; each case's own day decides below.
    shown_until = (now + timedelta(days=1)).date()
    rows = _LIST.execute(session, {"member": UUID(by.subject), "shown_until": shown_until}).all()
    cases, items = _by_case(rows)
    today = functools.cache(functools.partial(dates.today, now))
    sights, lines = _sights(session, cases.values(), classes, today), []
    for id_, case in cases.items():
        mine = _mine(case, items[id_], today(case["jurisdiction"]), by.subject, sights[id_])
        lines.append((_place(case, mine), case, mine))
    placed = sorted(lines, key=_first)
    left = [line for line in placed if after is None or line[0] > after]
    following = left[limit - 1][0].written() if len(left) > limit else None
    shown = [_line(case, items, today(case["jurisdiction"])) for _place, case, items in left[:limit]]
    return {"offers": _offers(session, now, by=by) if after is None else [], "cases": shown, "next": following}


def _offers(session: Session, now: datetime, *, by: Principal) -> list[dict[str, object]]:
    """Return the referrals that agencies offer, as JSON has them, to whoever may decide on one: the first due first."""
    if not by.roles & offer_rules.ACCESS["offer.decide"].keys():
        return []
    waiting, _following = offers.page(session, offer_rules.WAITING, None, rules.MOST_OFFERS, now)
    return [{name: offer[name] for name in rules.OF_AN_OFFER} | _as_json(offer) for offer in waiting]


def _as_json(offer: _Row) -> dict[str, object]:
    return {name: str(offer[name]) for name in ("id", "agency", "due_on")}


def _by_case(rows: Iterable[TableRow]) -> tuple[dict[str, _Row], dict[str, list[_Row]]]:
    """Return the cases of the list's rows, and the items of each, both by the case's id."""
    cases: dict[str, _Row] = {}
    items: dict[str, list[_Row]] = {}
    for row in rows:
        id_ = str(row[0])
        if id_ not in cases:
            cases[id_], items[id_] = dict(zip(_OF_CASE, row, strict=False)), []
        item = dict(zip(_OF_ITEM, row[len(_OF_CASE) :], strict=True))
        if item["what"] is not None:
            items[id_].append(item)
    return cases, items


@dataclass(frozen=True)
class _Sees:
    """What a reader sees of a case on the list: its kinds of items but for some, and what was assessed."""

    hidden: frozenset[str]
    health: bool

    @classmethod
    def of(cls, sight: Sight) -> "_Sees":
        """Return it by what they see of the case."""
        return cls(due_rules.hidden(sight), FieldClass.HEALTH in sight.classes and sight.has("health"))


def _first(line: tuple[rules.Place, _Row, list[_Row]]) -> rules.Place:
    return line[0]


def _sights(
    session: Session, cases: Collection[_Row], classes: frozenset[FieldClass], today: Callable[[str], date]
) -> dict[str, _Sees]:
    """Return what somebody of these classes sees of each case: where another agency leads, what theirs may have."""
    usual = _Sees.of(Sight(classes))
    agencies = {case["case"]: case.pop("outside") for case in cases}
    sights = dict.fromkeys(agencies, usual)
    [agency] = {each for each in agencies.values() if each is not None} or {None}
    if agency is not None:
        days = {UUID(case["case"]): today(case["jurisdiction"]) for case in cases if agencies[case["case"]] is not None}
        granted = agency_grounds.granted_in(session, days, agency)
        for case, categories in granted.items():
            sights[str(case)] = _Sees.of(Sight(classes, categories, agency))
    return sights


def _mine(case: _Row, items: Iterable[_Row], today: date, member: str, sees: _Sees) -> list[_Row]:
    """Return those of a case's items that are the member's now, and leave out of the case what they do not see."""
    role, lead, day = case.pop("role"), case["lead"], today.isoformat()
    if not sees.health:
        del case["assessed_urgent"]
    return [
        item
        for item in items
        if item["what"] not in sees.hidden
        and (item["shown_from"] is None or item["shown_from"] <= day)
        and due_rules.is_for(item["what"], role, lead=lead, member=item["member"], asked_by=member)
    ]


def _place(case: _Row, items: Iterable[_Row]) -> rules.Place:
    first = min((item["due_on"] for item in items if item["due_on"] is not None), default=None)
    return rules.place(first, case.get("assessed_urgent"), case["case"])


def _line(case: _Row, items: list[_Row], today: date) -> _Row:
    """Return a case's line as JSON has it: a long list, so by nobody's schema."""
    ordered = sorted(items, key=_in_order)
    # What has no day comes last.
    due_on = ordered[0]["due_on"] if ordered else None
    earliest: dict[str, str] = {}
    for item in ordered:
        if item["due_on"] is not None:
            earliest.setdefault(item["what"], item["due_on"])
    return {
        **case,
        "number": written(case["number"]),
        "due_on": due_on,
        "days_late": rules.days_late(_day(due_on), today),
        **{field: earliest.get(what) for field, what in _FIRST_OF.items()},
        "items": [due.grouped(item, _day(item["due_on"]), today) for item in ordered],
    }


def _in_order(item: _Row) -> tuple[bool, str, str, str, str]:
    due_on = item["due_on"]
    return due_on is None, due_on or "", item["what"], item["code"] or "", item["reference"] or ""


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _list() -> Select[Any]:
    """Build the statement of a member's open cases, each with all that is due in it, a row for each item.

    What is due is looked up by the cases' ids in one array: a member has some hundred cases, and the database, which
    plans the statement before it knows the member, would look through everybody's.
    """
    mine = (
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
        .where(TeamMember.member == _MEMBER, Case.status == OPEN, ~_excluded(Case.id), ~_restricted(Case.id))
        .cte("mine")
    )
    listed = due.due_of(due.among(mine)).subquery("listed")
    is_time = or_(listed.c.shown_from.is_(None), listed.c.shown_from <= _SHOWN_UNTIL)
    items = select(listed).where(is_time).subquery("items")
    shown = (*(mine.c[name] for name in _OF_CASE), *(_as_text(items.c[name]) for name in _OF_ITEM))
    return select(*shown).select_from(mine.outerjoin(items, items.c.case_id == mine.c.id))


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
_OF_CASE: Final = (
    "case",
    "number",
    "jurisdiction",
    "opened_on",
    "role",
    "lead",
    "assessed_urgent",
    "alias_of",
    "outside",
)
_OF_ITEM: Final = ("what", *due.BLANK)
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
PROJECTIONS: Final = (
    Projection(
        "heard_risks", frozenset({"support.assessment.completed"}), project_risk, (ReadModelTable("heard_risks"),)
    ),
)
