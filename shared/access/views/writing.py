"""Write the part of a row that a reader sees, using a view, as JSON."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import cache, partial
from typing import Any, Final, NamedTuple, TypeAlias
from uuid import UUID

from marshmallow import Schema, fields, missing

from shared.access.declarations import AnyField, declaration_of
from shared.access.permissions import FieldClass, Sight
from shared.access.views.declared import WITHHELD, WITHHELD_CATEGORIES, Shown, category_of, view_of


class Elsewhere(NamedTuple):
    """A row of another case than the reply's, with what the reader sees of that case."""

    row: object
    sight: Sight


class ReplyIncomplete(Exception):
    """A reply lacks a field that its schema requires: a programming error."""


def written(view: type[Schema], source: object, sight: Sight | None = None) -> Shown:
    """Return what a reader sees of rows or mappings, as in JSON; a `sight` of None means everything.

    Raises `ReplyIncomplete`.
    """
    if sight is None:
        return _writer(view, None, None, None, staff=True).write(source)
    return _writer(view, sight.classes, sight.categories, None, staff=True).write(source, sight)


def copied_of(view: type[Schema], source: object) -> Shown:
    """Return the content of the person's copy: everything but the ids of staff. Raises `ReplyIncomplete`."""
    return _writer(view, None, None, None, staff=False).write(source)


#: Reads a value by its name, or returns the given default.
_Take: TypeAlias = Callable[[str, object], Any]
#: Fields that write values of such a type unchanged; all of them write None as null.
_AS_IT_IS: Final = ((fields.String, str), (fields.Boolean, bool), (fields.Integer, int))
_TextOf: TypeAlias = Callable[..., str]
#: Fields that write values of such a type with this function only.
_AS_TEXT: Final[tuple[tuple[type[AnyField], type, _TextOf], ...]] = (
    (fields.UUID, UUID, str),
    (fields.Date, date, date.isoformat),
    (fields.DateTime, datetime, datetime.isoformat),
)
#: Formats of a day or a moment, by the name in their fields.
_ISO: Final = (None, "iso")


class _Plain(NamedTuple):
    """A field without a nested view, with everything needed to write it, looked up once."""

    field: AnyField
    name: str
    shown_as: str
    #: The name to read its value by; None if the field reads its value differently.
    read_as: str | None
    #: The type whose values are written unchanged, or whose values `text_of` writes.
    stays: type | None
    kind: type | None
    text_of: _TextOf
    write: Callable[..., object]

    @classmethod
    def of(cls, name: str, field: AnyField) -> "_Plain":
        """Return that of a view's field."""
        kind = type(field)
        # Look up once what the library looks up for each value.
        stays = next((type_ for like, type_ in _AS_IT_IS if kind._serialize is like._serialize), None)  # noqa: SLF001 - as above
        of_kind, text_of = _text_of(field)
        usual = kind.serialize is fields.Field.serialize and kind.get_value is fields.Field.get_value
        read_as = field.attribute or name if usual and field.dump_default is missing else None
        return cls(field, name, field.data_key or name, read_as, stays, of_kind, text_of, field._serialize)  # noqa: SLF001 - as above


def _text_of(field: AnyField) -> tuple[type | None, _TextOf]:
    """Return the value type and text function of a field with a known text format; otherwise None."""
    for like, type_, text_of in _AS_TEXT:
        writes_alike = isinstance(field, like) and type(field)._serialize is like._serialize  # noqa: SLF001 - as above
        if writes_alike and getattr(field, "format", None) in _ISO:
            return type_, text_of
    return None, str


class _Writer:
    """Writer of one view. A nested part without visible fields is omitted, so that its length is not revealed.

    `own` writes records of the reader's own agency, for which only the role decides.
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
        self._elsewhere = partial(_writer, view, of_part=of_part, staff=staff)
        self._plain: list[_Plain] = []
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
                category = category_of(field, of_part)
                is_had = categories is None or category is None or category in categories
                if is_had and (classes is None or declaration.field_class in classes):
                    self._plain.append(_Plain.of(name, field))
                continue
            category = of_part or field.metadata.get("category")
            writer = _writer(inner, classes, categories, category, staff=staff)
            if writer.own.shows_something:
                self._parts.append((name, field, writer))

    @property
    def shows_something(self) -> bool:
        """Return whether any field is visible."""
        return bool(self._plain or self._parts)

    def write(self, source: object, sight: Sight | None = None) -> Shown:
        """Return the fields of a row or mapping that a reader sees."""
        take: _Take = source.get if isinstance(source, dict) else partial(_read, source)
        shown = self._written_plainly(source, take)
        for name, field, writer in self._parts:
            inner = take(field.attribute or name, missing)
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

    def _written_plainly(self, source: object, take: _Take) -> Shown:
        shown = {}
        for field, name, shown_as, read_as, stays, kind, text_of, write in self._plain:
            if read_as is None:
                value = field.serialize(name, source, accessor=_read)
            else:
                value = take(read_as, missing)
                type_ = type(value)
                if type_ is stays or value is None:
                    shown[shown_as] = value
                    continue
                if type_ is kind:
                    shown[shown_as] = text_of(value)
                    continue
                if value is not missing:
                    value = write(value, name, source)
            if value is not missing:
                shown[shown_as] = value
            elif field.required:
                raise ReplyIncomplete(f"{self._view}.{name} is missing")
        return shown

    def write_all(self, rows: Iterable[object], sight: Sight | None) -> list[Shown]:
        """Return the visible fields of each row; rows without visible fields are left out."""
        return [self.write_one(row, sight) for row in rows if self.sees(row, sight)]

    def write_one(self, row: object, sight: Sight | None) -> Shown:
        """Return the visible fields of a row, which can be a record of the reader's own agency."""
        if isinstance(row, Elsewhere):
            return self._by(row.sight).write_one(row.row, row.sight)
        return (self.own if self._is_own(row, sight) else self).write(row, sight)

    def _by(self, sight: Sight) -> "_Writer":
        return self._elsewhere(classes=sight.classes, categories=sight.categories)

    def sees(self, row: object, sight: Sight | None) -> bool:
        """Return whether a reader sees anything of a row."""
        if isinstance(row, Elsewhere):
            return self._by(row.sight).sees(row.row, row.sight)
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
