"""What an item of the list is, in the columns of the one statement, and how a table's rows become items."""

from typing import Any, Final, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Date,
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

from services.intake.due import rules
from services.intake.due.models import SeenTo
from shared.store.conditions import is_one_of

Selected: TypeAlias = Select[Any]
Column: TypeAlias = SQLColumnExpression[Any]
Condition: TypeAlias = ColumnElement[bool]
#: A statement of items, and its column of the case.
Source: TypeAlias = tuple[Selected, Column]

#: What an item is, in the order of the statement's columns, with what stands where a table knows nothing of it.
BLANK: Final[dict[str, Column]] = {
    "source": literal_column("'intake'", Text),
    "code": cast(null(), Text),
    "kind": cast(null(), Text),
    "reference": cast(null(), Uuid),
    "due_on": cast(null(), Date),
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
    """Select items of one kind from a table; `stored`: what the table knows of them, by the column of the list."""
    kind = literal_column(f"'{what}'", Text) if isinstance(what, str) else what
    columns = {"case_id": of_case, "what": kind, **BLANK, **stored}
    return select(*(columns[name].label(name) for name in COLUMNS)), of_case


def only(source: Source, *conditions: Condition) -> Source:
    """Leave of a statement of items those that meet all conditions."""
    selected, of_case = source
    return selected.where(*conditions), of_case


def not_seen_to(items: FromClause) -> Condition:
    """Write the condition that nobody has seen to an item as it stands now, if it is of a kind that one sees to."""
    seen, own = SeenTo.__table__.c, items.c
    same = (seen.state == own.state, seen.due_on.is_not_distinct_from(own.due_on))
    is_seen_to = exists().where(seen.case_id == own.case_id, seen.reference == own.reference, *same)
    return not_(and_(is_one_of(own.what, rules.SEEN_TO), is_seen_to))
