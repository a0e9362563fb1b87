"""The periods of a person's joined cases as due items of one of them, as far as the reader may know them."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake.cases.due import rules
from services.intake.cases.due.models import HeardDue, SeenTo
from shared.access.permissions import Sight
from shared.deadlines import sees_period
from shared.reference import grouping
from shared.store.database import NamedRow

_INTAKE: Final = "intake"
#: Columns of a period that an item has by the same name.
_SAME: Final = (
    *("code", "kind", "jurisdiction", "rule_version", "state", "due_on", "other_due_on", "certainty", "doubts"),
    *("ask_about", "birthday"),
)
#: Columns that decide who sees an item and when. A period is always for everyone.
_FOR_EVERYONE: Final = {"member": None, "shown_from": None, "members": None}


def is_replaced(what: str | None, source: str) -> bool:
    """Return whether `joined_periods` replaces an item: a period that intake keeps."""
    return (what, source) == (rules.PERIOD, _INTAKE)


def joined_periods(
    session: Session,
    case: UUID,
    others: Mapping[UUID, Sight],
    derived: Iterable[NamedRow],
    *,
    apart: Collection[UUID] = (),
) -> list[dict[str, Any]]:
    """Return the items of a person's periods at intake, and of the periods that legal keeps in the other cases.

    `others`: the reader's sight of each other case. `derived`: the periods that intake keeps, as far as the reader may
    know them. `apart`: the cases whose periods are listed elsewhere.
    """
    shown = {other: sight for other, sight in others.items() if other not in apart}
    own = [_item_of(case, row) for row in derived if row["subject"] == case or row["subject"] in shown]
    items = [*own, *_heard(session, case, shown)]
    seen_to = _seen_to(session, case)
    return [
        item
        for item in items
        if grouping.is_listed(item["state"], item["kind"])
        and (item["reference"], item["state"], item["due_on"]) not in seen_to
    ]


def _item_of(case: UUID, row: NamedRow) -> dict[str, Any]:
    renamed = {"case_id": case, "reference": row["id"], "since": row["began_on"]}
    due_at = grouping.instant(row["due_at"], row["ends_at"])
    same = {name: row[name] for name in _SAME}
    return {"what": rules.PERIOD, "source": _INTAKE, **renamed, **same, "due_at": due_at, **_FOR_EVERYONE}


def _heard(session: Session, case: UUID, others: Mapping[UUID, Sight]) -> Iterator[dict[str, Any]]:
    heard = HeardDue.__table__.c
    rows = select(HeardDue.__table__).where(heard.case_id.in_(others), heard.what == rules.PERIOD)
    for row in session.execute(rows).mappings():
        sight = others[row["case_id"]]
        if sees_period(sight, row["code"]):
            asked = row["ask_about"] if sight.has("account") else []
            yield {**row, "case_id": case, "ask_about": asked, **_FOR_EVERYONE}


def _seen_to(session: Session, case: UUID) -> set[tuple[object, ...]]:
    seen = select(SeenTo.reference, SeenTo.state, SeenTo.due_on).where(SeenTo.case_id == case)
    return {tuple(row) for row in session.execute(seen)}
