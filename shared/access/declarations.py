"""Fields, each declared once: its kind, whether it may be null, who may see it, what it means, an example.

A declared field is a marshmallow field of one of the event contract's kinds (or of free text, in a body or a reply
alone). Bodies, replies and events name the same object, so that a field means the same wherever it stands:

    PHASE = declare(Code(codes("advice_phase")), FieldClass.BASIC, "Where on the path the person was.")
    NOTE_ON = declare(nullable(Day()), FieldClass.BASIC, "The day of the note, where it is known.")
"""

import copy
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, TypeVar, cast

from marshmallow import fields, missing, validate
from sqlalchemy.orm import InstrumentedAttribute, MappedColumn

from shared.access.permissions import CATEGORIES, FieldClass
from shared.events.contract import Count, Reference

#: A field of any type.
AnyField: TypeAlias = fields.Field[Any]
_Kind = TypeVar("_Kind", bound=AnyField)
_Type = TypeVar("_Type")
#: A field, or the column of a table or mixin on which it is declared (`shared.access.columns`).
Declared: TypeAlias = fields.Field[_Type] | InstrumentedAttribute[_Type] | MappedColumn[_Type]
#: By which name a column keeps its declared field.
DECLARED: Final = "declared"

#: What stands for a field of each kind in a document's examples; a code of a list is that list's first value.
_SAMPLES: dict[str, object] = {
    "Code": "fictitious",
    "PartialDay": "2026-03",
    "Moment": "2026-03-02T15:40:00+00:00",
    "Day": "2026-03-02",
    "Date": "2026-03-02",
    "Instant": "2026-03-02T09:30:00+00:00",
    "AwareDateTime": "2026-03-02T09:30:00+00:00",
    "Time": "09:30",
    "Flag": True,
    "Boolean": True,
    "Reference": "0195566e-7a10-7000-8000-000000000001",
    "UUID": "0195566e-7a10-7000-8000-000000000001",
    "Dict": {},
}


@dataclass(frozen=True)
class Declaration:
    """What is declared of a field beside its kind. `staff` marks the id of a member of staff.

    `field_class` decides which roles may see the field of a case, and `category` which agencies beside the one that
    leads it; None is for fields of what is no case. `author` marks who made the record, and `party` the agency that the
    record is about: that agency has it anyway.
    """

    field_class: FieldClass | None
    meaning: str
    example: object = None
    staff: bool = False
    category: str | None = None
    author: bool = False
    party: bool = False


def declare(
    kind: _Kind,
    field_class: FieldClass | None,
    meaning: str,
    *,
    example: object = None,
    staff: bool = False,
    category: str | None = None,
    author: bool = False,
    party: bool = False,
) -> _Kind:
    """Return the field with its declaration; unless said otherwise where it is used, it is always there."""
    category = category or (CATEGORIES[field_class] if field_class else None)
    declaration = Declaration(field_class, meaning, example, staff or author, category, author, party)
    kind.metadata = {"declaration": declaration}
    kind.required = kind.load_default is missing
    return kind


def nullable(kind: fields.Field[_Type]) -> fields.Field[_Type | None]:
    """Return the field as one that may be null."""
    kind.allow_none = True
    return cast("fields.Field[_Type | None]", kind)


class InternalColumn(TypeError):
    """A column without a declaration was named where only declared fields may stand: a mistake in our code."""

    status = 500
    retryable = False


# control: H-CONFIDENTIALITY-2 internal-columns
def field_of(declared: Declared[_Type]) -> fields.Field[_Type]:
    """Return the field that is declared on a column of a table or mixin; a field is returned as it is.

    Raises `InternalColumn`.
    """
    if isinstance(declared, MappedColumn):
        field = declared.column.info.get(DECLARED)
    elif isinstance(declared, InstrumentedAttribute):
        field = declared.info.get(DECLARED)
    else:
        return declared
    if field is None:
        raise InternalColumn(f"{declared} is an internal column. Declare it with declared_column to show or enter it.")
    return cast("fields.Field[_Type]", field)


def omittable(declared: _Kind) -> _Kind:
    """Return a copy of a declared field, for an event or reply that may lack it."""
    copied = copy.copy(declared)
    copied.required = False
    return copied


def or_null(declared: Declared[_Type]) -> fields.Field[_Type | None]:
    """Return a copy of a declared field, for a reply in which it may not have a value yet."""
    return nullable(copy.copy(field_of(declared)))


def not_null(declared: Declared[_Type | None]) -> fields.Field[_Type]:
    """Return a copy of a declared field, for a body that must state a value."""
    copied = copy.copy(field_of(declared))
    copied.allow_none = False
    return cast("fields.Field[_Type]", copied)


def declaration_of(field: AnyField) -> Declaration:
    """Return what is declared of a field; of one that was never declared, nothing: no class, no meaning."""
    declaration = field.metadata.get("declaration")
    return declaration if isinstance(declaration, Declaration) else Declaration(None, "")


def example_of(field: AnyField) -> object:
    """Return a fictitious value of a field that holds no other fields, as JSON has it."""
    declaration = declaration_of(field)
    if declaration.example is not None:
        return declaration.example
    if isinstance(field, fields.List):
        return [example_of(field.inner)]
    choices = [check.choices for check in field.validators if isinstance(check, validate.OneOf)]
    if choices:
        return next(iter(choices[0]))
    if isinstance(field, fields.Integer):
        smallest = [check.min for check in field.validators if isinstance(check, validate.Range)]
        return max(3, *(int(least) for least in smallest if least is not None), 3)
    return _SAMPLES.get(type(field).__name__, "fictitious")


#: What every record of a case has, and every case.
ID = declare(Reference(), FieldClass.BASIC, "The record's id.")
VERSION = declare(Count(), FieldClass.BASIC, "How often the case was changed here; also in the ETag.", example=1)
