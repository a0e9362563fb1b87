"""Actions about the due items of one case: show them, acknowledge them, and list them before a closing."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.intake.cases.due import rules
from services.intake.cases.due.actions.items import BLANK, Column, Selected
from services.intake.cases.due.actions.joined import is_replaced, joined_periods
from services.intake.cases.due.actions.sources import SELDOM, USUAL, due_of
from services.intake.cases.due.models import SeenTo
from services.intake.facts.case.actions import beside
from services.intake.facts.case.models import bump
from services.intake.facts.fact.actions import periods_of
from services.intake.facts.person.actions import part
from services.intake.facts.person.rules import birthday
from shared.access.permissions import ALL, FieldClass, Sight, existing
from shared.access.tokens import Principal
from shared.access.views import Shown
from shared.casework.whole import CASE, Part
from shared.deadlines import checked_by
from shared.reference import grouping
from shared.store.database import NamedRow


def _of_case(selected: Selected, of_case: Column) -> Selected:
    return selected.where(of_case == CASE)


_ALL: Final = due_of(_of_case).subquery("due")
_USUAL: Final = due_of(_of_case, USUAL).subquery("due")
_SELDOM: Final = due_of(_of_case, SELDOM)
#: The first due first.
_ORDER: Final = ("due_on", "what", "code", "reference")
#: The due items of a case that is read whole, without the rare kinds, which `with_more` adds.
DUE: Final = Part(_USUAL, _USUAL.c.case_id == CASE, [_USUAL.c[name] for name in _ORDER])


def with_more(session: Session, case: UUID, rows: NamedRow) -> Sequence[NamedRow]:
    """Return all due items of a case that was read whole, the first due first. `rows`: the rows of its parts.

    The rare kinds are queried only if the rows show that the case can have them.
    """
    usual: Sequence[NamedRow] = rows["due"]
    if not rules.may_be_more(rows):
        return usual
    more = session.execute(_SELDOM, {"case": case}).mappings()
    return sorted((*usual, *more), key=lambda item: [(item[name] is None, item[name]) for name in _ORDER])


def with_joined(
    session: Session,
    case: UUID,
    items: Iterable[NamedRow],
    others: Mapping[UUID, Sight],
    derived: Iterable[NamedRow],
) -> list[NamedRow]:
    """Return the due items of a case with all periods of its person that the reader may know, the first due first.

    `derived`: the periods that intake keeps.
    """
    rest = [item for item in items if not is_replaced(item["what"], item["source"])]
    periods = joined_periods(session, case, others, derived)
    return sorted((*rest, *periods), key=lambda item: [(item[name] is None, item[name]) for name in _ORDER])


#: Columns that decide who sees an item and when. No view shows them.
_INSIDE: Final = ("case_id", "member", "shown_from", "members", "ask_about", "jurisdiction", "rule_version")


def _grouped(item: NamedRow, due_on: date | None, today: date) -> dict[str, object]:
    """Return an item for the view `DueItem`, with its group of the list."""
    place = grouping.group(item["state"], due_on, item["certainty"], today, item["other_due_on"], item["doubts"])
    shown = {**item, "check": _check(item), "group": place}
    for name in _INSIDE:
        shown.pop(name, None)
    return shown


def _check(item: NamedRow) -> str | None:
    if item["what"] != rules.PERIOD:
        return None
    return checked_by(item["jurisdiction"], item["code"], item["rule_version"])


def shown_items(
    session: Session,
    case: UUID,
    rows: Iterable[NamedRow],
    today: date,
    sight: Sight = ALL,
    *,
    by: Principal,
) -> list[dict[str, object]]:
    """Return the items of a case that a reader sees, from their rows.

    A period that ends on a birthday is counted to the month for all readers. Readers who may see the birth also get the
    exact day.
    """
    there = [row for row in rows if rules.is_there(row["members"], by.subject)]
    seen = [row for row in there if _is_shown(row, today) and rules.is_seen(row["what"], sight)]
    seen += _questions(case, seen)
    may_read_birth = FieldClass.IDENTITY in sight.classes and sight.has("identity")
    born = _born(session, case, seen) if may_read_birth else None
    return [{**_grouped(row, row["due_on"], today), "due_on_exact": _exact(row["birthday"], born)} for row in seen]


def _questions(case: UUID, rows: Iterable[NamedRow]) -> list[NamedRow]:
    """Return a question item for each fact that would resolve the doubts about the periods among these items."""
    periods = (
        (row["state"], row["doubts"], row["ask_about"], row["due_on"] and row["due_on"].isoformat())
        for row in rows
        if row["what"] == rules.PERIOD
    )
    blank = dict.fromkeys(("case_id", "what", *BLANK))
    return [
        {
            **blank,
            "case_id": case,
            "what": rules.PERIOD_QUESTION,
            "source": "intake",
            "code": asked,
            "reference": None if fact is None else UUID(fact),
            "due_on": None if due_on is None else date.fromisoformat(due_on),
            "state": rules.OPEN,
            "doubts": [],
            "ask_about": [],
        }
        for (asked, fact), due_on in rules.questions(periods).items()
    ]


def _is_shown(row: NamedRow, today: date) -> bool:
    return row["shown_from"] is None or row["shown_from"] <= today


def _born(session: Session, case: UUID, rows: Collection[NamedRow]) -> str | None:
    if all(row["birthday"] is None for row in rows):
        return None
    birth = part(session, case, "birth")
    return birth["date"] if birth else None


def _exact(years: int | None, born: str | None) -> date | None:
    return None if years is None or born is None else birthday(born, years)


def open_things(session: Session, case: UUID, limits: Iterable[str] = ()) -> list[tuple[str, str | None]]:
    """Return the open things that require a reason for closing a case: periods, unmet needs, and alerts.

    Each has its code and appears once, in a fixed order. `limits`: the codes of the person's running limits, also in
    other cases.
    """
    rows = session.execute(select(_ALL.c.what, _ALL.c.code, _ALL.c.state), {"case": case})
    return sorted(
        {
            (row.what, row.code)
            for row in rows
            if row.what in (rules.URGENT_NEED, rules.ALERT)
            or (row.what == rules.PERIOD and row.state in (*grouping.RUNNING_STATES, *grouping.PAST_STATES))
        }
        | {(rules.PERIOD, code) for code in limits},
        key=str,
    )


def running_limits(session: Session, case: UUID) -> dict[UUID, str]:
    """Return the person's limits in a case that are not over: the code of each, by its id."""
    columns = (_ALL.c.what, _ALL.c.kind, _ALL.c.code, _ALL.c.state, _ALL.c.reference)
    return _limits(session.execute(select(*columns), {"case": case}).mappings())


# control: H-DEADLINE-11 joined-limits
def joined_limits(session: Session, case: UUID, now: datetime, *, by: Principal) -> dict[UUID, str]:
    """Return the limits that are not over of a person with joined cases, as far as the reader may know them."""
    others = beside(session, case, ALL, now, by=by)
    if not others:
        return {}
    return _limits(joined_periods(session, case, others, periods_of(session, case, others, now)))


def _limits(items: Iterable[NamedRow]) -> dict[UUID, str]:
    return {item["reference"]: item["code"] for item in items if rules.is_running_limit(item)}


def acknowledge(
    session: Session, case_id: UUID, reference: UUID, now: datetime, sight: Sight, *, by: Principal
) -> Shown:
    """Acknowledge a period that has ended, a new decision, or a likely duplicate.

    The item leaves the list until it changes. Raises `NotFound`, `StepForbidden`.
    """
    others = beside(session, case_id, sight, now, by=by)
    state, due_on = _as_listed(session, case_id, reference, now, others)
    rules.check_acknowledged(state)
    seen = {"state": state, "due_on": due_on, "by": UUID(by.subject), "at": now}
    new = insert(SeenTo).values(case_id=case_id, reference=reference, **seen)
    session.execute(new.on_conflict_do_update(index_elements=["case_id", "reference"], set_=seen))
    bump(session, case_id)
    return {"id": case_id}


def _as_listed(
    session: Session, case_id: UUID, reference: UUID, now: datetime, others: Mapping[UUID, Sight]
) -> tuple[str, date | None]:
    """Return the state and the last day of the acknowledged item, as the caller sees it. Raises `NotFound`."""
    derived = periods_of(session, case_id, others, now) if others else []
    periods = joined_periods(session, case_id, others, derived) if others else []
    for period in periods:
        if period["reference"] == reference:
            return period["state"], period["due_on"]
    named = (_ALL.c.what.in_(rules.ACKNOWLEDGED), _ALL.c.reference == reference)
    row = existing(session.execute(select(_ALL.c.state, _ALL.c.due_on).where(*named), {"case": case_id}).first())
    return row.state, row.due_on
