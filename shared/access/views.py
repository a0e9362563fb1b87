"""What a reply shows, declared as a schema: from it follow what each reader sees, and the person's copy.

A view names declared fields (`shared.access.declarations`) and reads them from rows by attribute, or from mappings by
key. What its reader may not see (`permissions.Sight`) is never written.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from marshmallow import Schema, fields, missing

from shared.access.declarations import AnyField, declaration_of, declare
from shared.access.permissions import OF_THE_LEAD, FieldClass, Sight
from shared.events.contract import ALLOWED_KINDS, Codes
from shared.reference import codes

#: What a reply shows, as JSON has it.
Shown: TypeAlias = dict[str, Any]
#: The field in which a reply names the classes that its reader does not see; written by the edge.
WITHHELD = "withheld"
#: The field in which a reply names the categories that its reader's agency may not have; written by the edge.
WITHHELD_CATEGORIES = "withheld_categories"


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
    withheld_categories = declare(
        Codes([*codes("data_category"), OF_THE_LEAD]),
        FieldClass.BASIC,
        "The data categories that this reader's agency may not have of the person, whether or not the case has any: no "
        "consent or named ground covers them. Empty for the agency that leads the case; records that the reader's own "
        "agency made, or that are about it, are shown all the same. `of_the_lead`: how the case is kept.",
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


def part(view: type[View], copied: Copied | None = None, *, category: str | None = None) -> fields.Nested:
    """Return a field that holds another view, or null; `category` is that of all its fields that have one."""
    metadata = {"copied": copied or Copied(), "category": category}
    return fields.Nested(view, required=True, allow_none=True, metadata=metadata)


def parts(view: type[View], copied: Copied | None = None, *, category: str | None = None) -> AnyField:
    """Return a field that holds any number of another view; `category` is that of all their fields that have one."""
    metadata = {"copied": copied or Copied(), "category": category}
    return fields.List(fields.Nested(view), required=True, metadata=metadata)


def copied_as(field: AnyField) -> Copied:
    """Return how a field stands in the person's copy."""
    copied = field.metadata.get("copied")
    return copied if isinstance(copied, Copied) else Copied()


def written_by_edge(field: AnyField) -> AnyField:
    """Return a field that no action fills: the edge writes it, by who asks; the person's copy has none."""
    field.metadata = {**field.metadata, "by_edge": True}
    return field


def view_of(field: AnyField) -> type[Schema] | None:
    """Return the view that a field holds, one of it or many; None for a plain field."""
    inner = field.inner if isinstance(field, fields.List) else field
    return type(inner.schema) if isinstance(inner, fields.Nested) else None


def fields_of(view: type[Schema]) -> Iterator[tuple[str, AnyField]]:
    """Walk the plain fields of a view and of the views in it, by their paths: `advice.topics`."""
    for path, field, _category in categorised(view):
        yield path, field


def categorised(view: type[Schema], category: str | None = None) -> Iterator[tuple[str, AnyField, str | None]]:
    """Walk the same fields, each with its data category; `category`: that of the part that the view stands in."""
    for name, field in view().fields.items():
        inner, of_part = view_of(field), category or field.metadata.get("category")
        if inner is None:
            yield name, field, _category(field, category)
        else:
            yield from ((f"{name}.{path}", leaf, of) for path, leaf, of in categorised(inner, of_part))


def _category(field: AnyField, of_part: str | None) -> str | None:
    own = declaration_of(field).category
    return own and (of_part or own)


def unclassed(view: type[Schema]) -> list[str]:
    """Return the paths of the fields that have no class."""
    return [path for path, field in fields_of(view) if declaration_of(field).field_class is None]


def wordy(view: type[Schema]) -> list[str]:
    """Return the fields that may hold other things than events do: words, names, addresses; but for the edge's own."""
    return [
        name
        for name, field in view().fields.items()
        if "by_edge" not in field.metadata
        if ((inner := view_of(field)) is not None and wordy(inner)) or (inner is None and _may_hold_words(field))
    ]


def _may_hold_words(field: AnyField) -> bool:
    return type(field.inner if isinstance(field, fields.List) else field) not in ALLOWED_KINDS


def classes_of(view: type[Schema]) -> frozenset[FieldClass]:
    """Return the classes of a view's fields."""
    classes = (declaration_of(field).field_class for _, field in fields_of(view))
    return frozenset(field_class for field_class in classes if field_class is not None)


def withheld_categories(view: type[Schema], sight: Sight) -> list[str]:
    """Return the categories of a view's fields that a reader's role sees, and their agency may not have."""
    if sight.categories is None:
        return []
    return sorted(
        {category for seen_as, category in _kinds_of(view) if seen_as in sight.classes and not sight.has(category)}
    )


@cache
def _kinds_of(view: type[Schema]) -> frozenset[tuple[FieldClass | None, str]]:
    """Return the class and the category of each field of a view that has one: to walk a view makes all its fields."""
    kinds = ((declaration_of(field).field_class, category) for _, field, category in categorised(view))
    return frozenset((seen_as, category) for seen_as, category in kinds if category is not None)


def written(view: type[Schema], source: object, sight: Sight | None = None) -> Shown:
    """Return what a reader sees of rows or mappings, as JSON has it; None stands for all that there is.

    Raises `ReplyIncomplete`.
    """
    if sight is None:
        return _writer(view, None, None, None, staff=True).write(source)
    return _writer(view, sight.classes, sight.categories, None, staff=True).write(source, sight)


def copied_of(view: type[Schema], source: object) -> Shown:
    """Return what the person's copy shows: everything but the ids of staff. Raises `ReplyIncomplete`."""
    return _writer(view, None, None, None, staff=False).write(source)


class _Writer:
    """Writes one view; a part of which no field is seen is left out whole, and does not tell how many there are.

    `own` writes a record of the reader's own agency: of that, its role alone decides.
    """

    def __init__(
        self,
        view: type[Schema],
        classes: frozenset[FieldClass] | None,
        categories: frozenset[str] | None,
        of_part: str | None,
        *,
        staff: bool,
    ) -> None:
        """Choose the fields once."""
        self._view = view.__name__
        self._plain: list[tuple[str, AnyField]] = []
        self._parts: list[tuple[str, AnyField, _Writer]] = []
        self._marks: list[tuple[str, bool]] = []
        self.own = self if categories is None else _writer(view, classes, None, of_part, staff=staff)
        for name, field in view().fields.items():
            inner, declaration = view_of(field), declaration_of(field)
            if name in (WITHHELD, WITHHELD_CATEGORIES) or "by_edge" in field.metadata:
                continue
            if declaration.author or declaration.party:
                self._marks.append((field.attribute or name, declaration.author))
            if declaration.staff and not staff:
                continue
            if inner is None:
                category = _category(field, of_part)
                is_had = categories is None or category is None or category in categories
                if is_had and (classes is None or declaration.field_class in classes):
                    self._plain.append((name, field))
                continue
            category = of_part or field.metadata.get("category")
            writer = _writer(inner, classes, categories, category, staff=staff)
            if writer.own.shows_something:
                self._parts.append((name, field, writer))

    @property
    def shows_something(self) -> bool:
        """Return whether any field is seen at all."""
        return bool(self._plain or self._parts)

    def write(self, source: object, sight: Sight | None = None) -> Shown:
        """Return the fields of a row or mapping that a reader sees."""
        shown = {}
        for name, field in self._plain:
            value = field.serialize(name, source, accessor=_read)
            if value is not missing:
                shown[field.data_key or name] = value
            elif field.required:
                raise ReplyIncomplete(f"{self._view}.{name} is missing")
        for name, field, writer in self._parts:
            inner: Any = _read(source, field.attribute or name)
            if inner is missing:
                if field.required:
                    raise ReplyIncomplete(f"{self._view}.{name} is missing")
            elif isinstance(field, fields.List) and inner is not None:
                rows = writer.write_all(inner, sight)
                if rows or writer.shows_something:
                    shown[name] = rows
            elif writer.sees(inner, sight):
                shown[name] = inner and writer.write_one(inner, sight)
        return shown

    def write_all(self, rows: Iterable[object], sight: Sight | None) -> list[Shown]:
        """Return of each row what a reader sees; a row of which they see nothing is left out."""
        return [self.write_one(row, sight) for row in rows if self.sees(row, sight)]

    def write_one(self, row: object, sight: Sight | None) -> Shown:
        """Return what a reader sees of a row, which may be a record of their own agency."""
        return (self.own if self._is_own(row, sight) else self).write(row, sight)

    def sees(self, row: object, sight: Sight | None) -> bool:
        """Return whether a reader sees anything of a row."""
        return self.shows_something or self._is_own(row, sight)

    def _is_own(self, row: object, sight: Sight | None) -> bool:
        if sight is None or sight.agency is None:
            return False
        return any(sight.is_own(_read(row, name), is_author=is_author) for name, is_author in self._marks)


@cache
def _writer(
    view: type[Schema],
    classes: frozenset[FieldClass] | None,
    categories: frozenset[str] | None,
    of_part: str | None,
    *,
    staff: bool,
) -> _Writer:
    return _Writer(view, classes, categories, of_part, staff=staff)


def _read(source: object, name: str, _default: object = None) -> object:
    return source.get(name, missing) if isinstance(source, Mapping) else getattr(source, name, missing)
