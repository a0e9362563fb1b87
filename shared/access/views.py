"""What a reply shows, declared as a schema: from it follow what each reader sees, and the person's copy.

A view names declared fields (`shared.access.declarations`) and reads them from rows by attribute, or from mappings by
key. What its reader may not see is never written.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from marshmallow import Schema, fields, missing

from shared.access.declarations import AnyField, declaration_of, declare
from shared.access.permissions import FieldClass
from shared.events.contract import Codes

#: What a reply shows, as JSON has it.
Shown: TypeAlias = dict[str, Any]
#: The field in which a reply names the classes that its reader does not see; written by the edge.
WITHHELD = "withheld"


class View(Schema):
    """What a reply shows."""


class CaseView(View):
    """What a reply about a case shows, and what its reader does not see of it."""

    withheld = declare(
        Codes([field_class.value for field_class in FieldClass]),
        FieldClass.BASIC,
        "The classes of fields that this reader does not see, whether or not the case has any.",
        example=[],
    )


class ReplyIncomplete(Exception):
    """A reply lacks a field that its schema says is always there: a mistake in our code."""

    status = 500
    retryable = False


@dataclass(frozen=True)
class Copied:
    """How a part stands in the person's copy: of which class of records it is, and what it must be reviewed for."""

    record_class: str | None = None
    third_parties: bool = False
    privileged: bool = False


def part(view: type[View], copied: Copied | None = None) -> fields.Nested:
    """Return a field that holds another view, or null."""
    return fields.Nested(view, required=True, allow_none=True, metadata={"copied": copied or Copied()})


def parts(view: type[View], copied: Copied | None = None) -> AnyField:
    """Return a field that holds any number of another view."""
    return fields.List(fields.Nested(view), required=True, metadata={"copied": copied or Copied()})


def copied_as(field: AnyField) -> Copied:
    """Return how a field stands in the person's copy."""
    copied = field.metadata.get("copied")
    return copied if isinstance(copied, Copied) else Copied()


def view_of(field: AnyField) -> type[Schema] | None:
    """Return the view that a field holds, one of it or many; None for a plain field."""
    inner = field.inner if isinstance(field, fields.List) else field
    return type(inner.schema) if isinstance(inner, fields.Nested) else None


def fields_of(view: type[Schema]) -> Iterator[tuple[str, AnyField]]:
    """Walk the plain fields of a view and of the views in it, by their paths: `advice.topics`."""
    for name, field in view().fields.items():
        inner = view_of(field)
        if inner is None:
            yield name, field
        else:
            yield from ((f"{name}.{path}", leaf) for path, leaf in fields_of(inner))


def unclassed(view: type[Schema]) -> list[str]:
    """Return the paths of the fields that have no class."""
    return [path for path, field in fields_of(view) if declaration_of(field).field_class is None]


def classes_of(view: type[Schema]) -> frozenset[FieldClass]:
    """Return the classes of a view's fields."""
    classes = (declaration_of(field).field_class for _, field in fields_of(view))
    return frozenset(field_class for field_class in classes if field_class is not None)


def written(view: type[Schema], source: object, classes: Collection[FieldClass] | None = None) -> Shown:
    """Return what a reader of these classes sees of rows or mappings, as JSON has it; None stands for all classes.

    Raises `ReplyIncomplete`.
    """
    return _writer(view, None if classes is None else frozenset(classes), staff=True).write(source)


def copied_of(view: type[Schema], source: object) -> Shown:
    """Return what the person's copy shows: everything but the ids of staff. Raises `ReplyIncomplete`."""
    return _writer(view, None, staff=False).write(source)


class _Writer:
    """Writes one view; a part of which no field is seen is left out whole, and does not tell how many there are."""

    def __init__(self, view: type[Schema], classes: frozenset[FieldClass] | None, *, staff: bool) -> None:
        """Choose the fields once."""
        self._view = view.__name__
        self._plain: list[tuple[str, AnyField]] = []
        self._parts: list[tuple[str, AnyField, _Writer]] = []
        for name, field in view().fields.items():
            inner, declaration = view_of(field), declaration_of(field)
            if name == WITHHELD or (declaration.staff and not staff):
                continue
            if inner is None:
                if classes is None or declaration.field_class in classes:
                    self._plain.append((name, field))
                continue
            writer = _writer(inner, classes, staff=staff)
            if writer.shows_something:
                self._parts.append((name, field, writer))

    @property
    def shows_something(self) -> bool:
        """Return whether any field is seen at all."""
        return bool(self._plain or self._parts)

    def write(self, source: object) -> Shown:
        """Return the fields of a row or mapping."""
        shown = {}
        for name, field in self._plain:
            value = field.serialize(name, source, accessor=_read)
            if value is not missing:
                shown[field.data_key or name] = value
            elif field.required:
                raise ReplyIncomplete(f"{self._view}.{name} is missing")
        for name, field, writer in self._parts:
            inner: Any = _read(source, field.attribute or name)
            if inner is not missing:
                many = isinstance(field, fields.List) and inner is not None
                shown[name] = [writer.write(entry) for entry in inner] if many else inner and writer.write(inner)
            elif field.required:
                raise ReplyIncomplete(f"{self._view}.{name} is missing")
        return shown


@cache
def _writer(view: type[Schema], classes: frozenset[FieldClass] | None, *, staff: bool) -> _Writer:
    return _Writer(view, classes, staff=staff)


def _read(source: object, name: str, _default: object = None) -> object:
    return source.get(name, missing) if isinstance(source, Mapping) else getattr(source, name, missing)
