"""The due items of the list's cases in JSON types, with the periods of the person's joined cases."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from services.intake.cases.due.actions import joined
from services.intake.facts.case.actions import beside
from services.intake.facts.fact.actions import periods_of
from shared.access.permissions import Sight
from shared.access.tokens import Principal


class Item(NamedTuple):
    """A due item of a case on the list, in JSON types."""

    case: str
    what: str
    source: str
    code: str | None
    kind: str | None
    reference: str | None
    jurisdiction: str | None
    rule_version: str | None
    due_on: str | None
    due_at: str | None
    other_due_on: str | None
    since: str | None
    state: str
    certainty: str | None
    doubts: list[str]
    ask_about: list[str]
    birthday: int | None
    member: str | None
    shown_from: str | None
    members: list[str] | None


def by_case(rows: Iterable[Item]) -> dict[str, list[Item]]:
    """Return items by the id of their case."""
    items: dict[str, list[Item]] = {}
    for row in rows:
        items.setdefault(row.case, []).append(row)
    return items


# control: H-JOINED-2 joined-periods-on-lists
def with_joined(
    session: Session,
    listed: Mapping[UUID, bool],
    items: dict[str, list[Item]],
    sights: Mapping[UUID, Sight],
    now: datetime,
    *,
    by: Principal,
) -> dict[str, list[Item]]:
    """Return the items with the periods of the person's joined cases, as far as the reader may know them.

    `listed`: the cases on the list, and whether each is joined with another one. A period of a listed case is an item
    of that case only. `sights`: the reader's sight of each case.
    """
    for case in (case for case, is_joined in listed.items() if is_joined):
        others = beside(session, case, sights[case], now, by=by)
        if others:
            rest = [item for item in items.get(str(case), ()) if not joined.is_replaced(item.what, item.source)]
            derived = periods_of(session, case, others, now)
            periods = joined.joined_periods(session, case, others, derived, apart=listed)
            items[str(case)] = [*rest, *(_item_of(case, period) for period in periods)]
    return items


def _item_of(case: UUID, period: Mapping[str, object]) -> Item:
    values = {**{name: period.get(name) for name in Item._fields}, "case": case}
    return Item._make(_in_json(value) for value in values.values())


def _in_json(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, (date, UUID)) else value
