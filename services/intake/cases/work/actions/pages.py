"""Build a queue as one statement over the cases that its reader may know of, and read it in pages."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    Select,
    SQLColumnExpression,
    Text,
    Uuid,
    bindparam,
    case,
    cast,
    func,
    literal,
    literal_column,
    null,
    select,
    tuple_,
)
from sqlalchemy.orm import Session

from services.intake.cases.due.actions import items
from services.intake.cases.work.rules import queues as rules
from services.intake.facts.case.models import Case
from services.intake.facts.case.rules import written
from shared.access.exclusions import excludes
from shared.access.tokens import Principal
from shared.casework import dates

#: SQLAlchemy constructs with untyped columns.
Column: TypeAlias = SQLColumnExpression[Any]
Selected: TypeAlias = Select[Any]
Union: TypeAlias = CompoundSelect[Any]

CALLER: Final = bindparam("caller", type_=Uuid)
TODAY: Final = bindparam("today", type_=Date)
#: An entry has the same columns as a due item, and its state can be null.
_OF_ITEMS: Final = ("reference", "code", "since", "due_on")
_BLANK: Final[dict[str, Column]] = {
    **{name: items.BLANK[name] for name in _OF_ITEMS},
    "what": cast(null(), Text),
    "state": cast(null(), Text),
}
_COLUMNS: Final = ("kind", "case_id", *_BLANK)


def page_of(
    session: Session,
    statements: Mapping[bool, Selected],
    after: rules.Place | None,
    limit: int,
    now: datetime,
    *,
    by: Principal,
) -> dict[str, object]:
    """Return a page of a queue, from its statements."""
    today = dates.today(now, None)
    place = {} if after is None else {"due_on": after.due_on, "kind": after.kind, "entry": after.entry}
    asked = {"caller": UUID(by.subject), "today": today, "most": limit + 1, **place}
    rows = session.execute(statements[after is not None], asked).mappings().all()
    following = rules.place_of(dict(rows[limit - 1])).written() if len(rows) > limit else None
    entries = [
        {
            **row,
            "number": row["number"] and written(row["number"]),
            "days_late": 0 if row["due_on"] is None else max(0, (today - row["due_on"]).days),
        }
        for row in rows[:limit]
    ]
    return {"entries": entries, "next": following}


def queue_of(entries: Union) -> Mapping[bool, Selected]:
    """Build the statement of a queue from its start (False), and the one that continues after a place (True)."""
    return {continues: _statement(entries, continues=continues) for continues in (False, True)}


def _statement(entries: Union, *, continues: bool) -> Selected:
    """Build the statement of a queue from its start, or the one that continues after a place."""
    waiting = entries.subquery("waiting")
    nobody = waiting.c.kind.in_((rules.NO_TEAM, rules.NOBODY_REACHABLE, rules.NO_LEAD))
    place = case((nobody, literal(rules.FIRST)), else_=func.coalesce(waiting.c.due_on, literal(rules.NEVER)))
    record = cast(func.coalesce(waiting.c.reference, waiting.c.case_id), Text)
    entry = func.concat_ws(":", record, waiting.c.what, waiting.c.code, type_=Text)
    order = (place, waiting.c.kind, entry)
    excluded = excludes(waiting.c.case_id, CALLER)
    listed = select(*waiting.c, place.label("place"), entry.label("entry")).where(~excluded).order_by(*order)
    asked = tuple_(bindparam("due_on", type_=Date), bindparam("kind", type_=Text), bindparam("entry", type_=Text))
    from_there = listed.where(tuple_(*order) > asked) if continues else listed
    # Case data is looked up only for the page.
    page = from_there.limit(bindparam("most", type_=Integer)).subquery("page")
    of_entry = (page.c[name] for name in (*_COLUMNS, "place", "entry") if name != "case_id")
    return (
        select(*of_entry, Case.id.label("case"), Case.number)
        .join_from(page, Case, Case.id == page.c.case_id, isouter=True)
        .order_by(page.c.place, page.c.kind, page.c.entry)
    )


def entry_of(kind: str, of_case: Column, **stored: Column) -> Selected:
    """Return a query for entries of a kind. `stored`: their values by column of the queue."""
    columns = {"kind": literal_column(f"'{kind}'", Text), "case_id": of_case, **_BLANK, **stored}
    labelled: list[Column] = [columns[name].label(name) for name in _COLUMNS]
    return select(*labelled)


def day_of(moment: Column) -> ColumnElement[date]:
    """Return the SQL expression for the day of a moment."""
    return cast(moment, Date)
