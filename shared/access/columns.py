"""Fields that are declared once, on the column that stores them.

    class Hearing(Record):
        id: Mapped[UUID] = declared_column(Reference(), OURS, "The hearing.", primary_key=True, default=new_id)
        kind: Mapped[str] = declared_column(Code(codes("hearing_type")), OURS, "What kind of session it is.")
        court: Mapped[str | None] = declared_column(nullable(Code(codes("court"))), OURS, "The court, if known.")
        case_id: Mapped[UUID] = mapped_column(index=True)                 # internal: no view can show it

    class SetHearing(Command):
        kind: str = required(Hearing.kind)

    class ShownHearing(View, of=Hearing):                                 # all declared columns of the table
        is_ready = IS_READY

    class NextHearing(View):                                              # selected columns
        kind = Hearing.kind

mypy compares the column with its field, and each command with the column. `mapped_column` declares an internal column.
Importing a command or a view that uses an internal column raises an error.
"""

from collections.abc import Iterator
from typing import Any, TypeVar

from marshmallow import fields
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.access.declarations import DECLARED, AnyField, declare, field_of
from shared.access.permissions import FieldClass

_Type = TypeVar("_Type")


def declared_column(
    kind: fields.Field[_Type],
    field_class: FieldClass | None,
    meaning: str,
    *sql: Any,
    example: object = None,
    staff: bool = False,
    category: str | None = None,
    author: bool = False,
    party: bool = False,
    **column: Any,
) -> Mapped[_Type]:
    """Return a column with the declaration of its field.

    `sql` (a type, an identity) and `column` are arguments of `mapped_column`, all others are those of `declare`.
    """
    field = declare(
        kind, field_class, meaning, example=example, staff=staff, category=category, author=author, party=party
    )
    return mapped_column(*sql, info={DECLARED: field}, **column)


def declared_fields(table: type[DeclarativeBase]) -> Iterator[tuple[str, AnyField]]:
    """Iterate over the fields of a table's declared columns, by name; internal columns are left out."""
    for column in table.__table__.columns:
        if DECLARED in column.info:
            yield column.key, field_of(getattr(table, column.key))
