"""The columns of a due item in the common statement, and the conversion of a table's rows to items."""

from typing import Any, Final, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    FromClause,
    Integer,
    Select,
    SQLColumnExpression,
    Text,
    Uuid,
    and_,
    cast,
    exists,
    literal_column,
    not_,
    null,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, array

from services.intake.cases.due import rules
from services.intake.cases.due.models import SeenTo
from shared.store.conditions import is_one_of

Selected: TypeAlias = Select[Any]
Column: TypeAlias = SQLColumnExpression[Any]
Condition: TypeAlias = ColumnElement[bool]
#: A statement of items, and its case column.
Source: TypeAlias = tuple[Selected, Column]

#: The columns of an item in the order of the statement, with the default for tables without a value.
BLANK: Final[dict[str, Column]] = {
    "source": literal_column("'intake'", Text),
    "code": cast(null(), Text),
    "kind": cast(null(), Text),
    "reference": cast(null(), Uuid),
    "jurisdiction": cast(null(), Text),
    "rule_version": cast(null(), Text),
    "due_on": cast(null(), Date),
    "due_at": cast(null(), DateTime(timezone=True)),
    "other_due_on": cast(null(), Date),
    "since": cast(null(), Date),
    "state": literal_column(f"'{rules.OPEN}'", Text),
    "certainty": cast(null(), Text),
    "doubts": cast(array([]), ARRAY(Text)),
    "ask_about": cast(array([]), ARRAY(Text)),
    "birthday": cast(null(), Integer),
    "member": cast(null(), Uuid),
    "shown_from": cast(null(), Date),
    "members": cast(null(), ARRAY(Text)),
}
COLUMNS: Final = ("case_id", "what", *BLANK)


def item(of_case: Column, what: str | Column, **stored: Column) -> Source:
    """Return a query for items of one kind from a table. `stored`: the table's values by column of the item."""
    kind = literal_column(f"'{what}'", Text) if isinstance(what, str) else what
    columns = {"case_id": of_case, "what": kind, **BLANK, **stored}
    return select(*(columns[name].label(name) for name in COLUMNS)), of_case


def only(source: Source, *conditions: Condition) -> Source:
    """Restrict a statement of items to those that meet all conditions."""
    selected, of_case = source
    return selected.where(*conditions), of_case


def not_acknowledged(items: FromClause) -> Condition:
    """Return the SQL condition that the current state of an item was not acknowledged, if its kind can be."""
    seen, own = SeenTo.__table__.c, items.c
    same = (seen.state == own.state, seen.due_on.is_not_distinct_from(own.due_on))
    is_seen_to = exists().where(seen.case_id == own.case_id, seen.reference == own.reference, *same)
    return not_(and_(is_one_of(own.what, rules.ACKNOWLEDGED), is_seen_to))
