"""Declared fields: each has a kind, nullability, a class of readers, a meaning and an example.

A declared field is a marshmallow field of one of the event contract's kinds, or free text in a body or a reply. Bodies,
replies and events use the same object, so that a field means the same everywhere:

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
#: Key under which a column stores its declared field.
DECLARED: Final = "declared"

#: Example values for each kind of field in documents; a code field uses the first code of its list.
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
    """The declaration of a field, in addition to its kind. `staff` marks the id of a member of staff.

    `field_class` decides which roles can see the field of a case; None is for fields outside a case. `category` decides
    which agencies, other than the leading one, can see it. `author` marks the creator of the record. `party` marks the
    agency that the record is about, which already has the data.
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
    """Return the field with its declaration. It is required unless declared otherwise where it is used."""
    category = category or (CATEGORIES[field_class] if field_class else None)
    declaration = Declaration(field_class, meaning, example, staff or author, category, author, party)
    kind.metadata = {"declaration": declaration}
    kind.required = kind.load_default is missing
    return kind


def nullable(kind: fields.Field[_Type]) -> fields.Field[_Type | None]:
    """Return the field as nullable."""
    kind.allow_none = True
    return cast("fields.Field[_Type | None]", kind)


class InternalColumn(TypeError):
    """A column without a declaration was used where only declared fields are allowed: a programming error."""


# control: H-CONFIDENTIALITY-2 internal-columns
def field_of(declared: Declared[_Type]) -> fields.Field[_Type]:
    """Return the field declared on a column of a table or mixin; a field is returned unchanged.

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
    """Return a copy of a declared field for an event or reply that can omit it."""
    copied = copy.copy(declared)
    copied.required = False
    return copied


def or_null(declared: Declared[_Type]) -> fields.Field[_Type | None]:
    """Return a copy of a declared field for a reply in which it can be null."""
    return nullable(copy.copy(field_of(declared)))


def not_null(declared: Declared[_Type | None]) -> fields.Field[_Type]:
    """Return a copy of a declared field for a body in which it must not be null."""
    copied = copy.copy(field_of(declared))
    copied.allow_none = False
    return cast("fields.Field[_Type]", copied)


def declaration_of(field: AnyField) -> Declaration:
    """Return a field's declaration; an undeclared field has no class and no meaning."""
    declaration = field.metadata.get("declaration")
    return declaration if isinstance(declaration, Declaration) else Declaration(None, "")


def example_of(field: AnyField) -> object:
    """Return a fictitious value of a field without nested fields, as in JSON."""
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


#: Fields of every case and of every record of a case.
ID = declare(Reference(), FieldClass.BASIC, "The record's id.")
VERSION = declare(Count(), FieldClass.BASIC, "How often the case was changed here; also in the ETag.", example=1)
