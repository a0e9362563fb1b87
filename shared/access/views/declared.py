"""Declaration of views: their fields, with the class and data category of each."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, TypeAlias

from marshmallow import Schema, fields
from marshmallow.schema import SchemaMeta
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, MappedColumn

from shared.access.columns import declared_fields
from shared.access.declarations import AnyField, declaration_of, declare, field_of
from shared.access.permissions import OF_THE_LEAD, FieldClass, Sight
from shared.events.contract import ALLOWED_KINDS, Codes
from shared.reference import codes

#: The content of a reply, as in JSON.
Shown: TypeAlias = dict[str, Any]
#: The reply's field with the names of classes that the reader does not see; written by the HTTP edge.
WITHHELD = "withheld"
#: The reply's field with the data categories that the reader's agency cannot receive; written by the HTTP edge.
WITHHELD_CATEGORIES = "withheld_categories"


class _ViewMeta(SchemaMeta):
    """Metaclass that adds the fields that a view takes from columns."""

    #: The fields taken from the table automatically: all declared columns that the class body does not replace.
    of_table: tuple[str, ...]

    def __new__(
        cls, name: str, bases: tuple[type, ...], attrs: dict[str, Any], of: type[DeclarativeBase] | None = None
    ) -> Any:
        """Create the view: the declared columns of the table `of`, and then the fields of the class body."""
        of_table = {} if of is None else dict(declared_fields(of))
        columns = (InstrumentedAttribute, MappedColumn)
        own = {key: field_of(each) if isinstance(each, columns) else each for key, each in attrs.items()}
        view: Any = super().__new__(cls, name, bases, {**of_table, **own})
        view.of_table = tuple(sorted(of_table.keys() - own.keys()))
        return view

    def __init__(self, name: str, bases: tuple[type, ...], attrs: dict[str, Any], **_of: object) -> None:
        """Initialise the class without the argument `of`."""
        super().__init__(name, bases, attrs)  # type: ignore[no-untyped-call]  # marshmallow's metaclass has no types


class View(Schema, metaclass=_ViewMeta):
    """The content of a reply: `class ShownHearing(View, of=Hearing)` has all declared columns of a table.

    A column in the class body selects only that column: `kind = Hearing.kind`.
    """


class CaseView(View):
    """A reply about a case, with the list of what its reader does not see.

    `drawn_from` is the view whose content the reply repeats in another form. The withheld fields are those of that
    view.
    """

    drawn_from: ClassVar[type[Schema] | None] = None

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


@dataclass(frozen=True)
class Copied:
    """How the person's copy includes a part: its class of records, and the reason for a review."""

    record_class: str | None = None
    third_parties: bool = False
    privileged: bool = False


def part(view: type[View], copied: Copied | None = None, *, category: str | None = None) -> fields.Nested:
    """Return a nullable field with another view; `category` is the default category of the fields in it."""
    metadata = {"copied": copied or Copied(), "category": category}
    return fields.Nested(view, required=True, allow_none=True, metadata=metadata)


def parts(view: type[View], copied: Copied | None = None, *, category: str | None = None) -> AnyField:
    """Return a field with a list of another view; `category` is the default category of the fields in it."""
    metadata = {"copied": copied or Copied(), "category": category}
    return fields.List(fields.Nested(view), required=True, metadata=metadata)


def copied_as(field: AnyField) -> Copied:
    """Return how the person's copy includes a field."""
    copied = field.metadata.get("copied")
    return copied if isinstance(copied, Copied) else Copied()


def written_by_edge(field: AnyField) -> AnyField:
    """Mark a field as written by the HTTP edge for the caller; the person's copy does not contain it."""
    field.metadata = {**field.metadata, "by_edge": True}
    return field


def view_of(field: AnyField) -> type[Schema] | None:
    """Return the view in a field, single or list; None for a plain field."""
    inner = field.inner if isinstance(field, fields.List) else field
    return type(inner.schema) if isinstance(inner, fields.Nested) else None


def fields_of(view: type[Schema]) -> Iterator[tuple[str, AnyField]]:
    """Iterate over the plain fields of a view and its nested views, by path: `advice.topics`."""
    for path, field, _category in categorised(view):
        yield path, field


def categorised(
    view: type[Schema], category: str | None = None, *, of_edge: bool = True
) -> Iterator[tuple[str, AnyField, str | None]]:
    """Iterate over the same fields with their data categories; `category` is that of the view's own part.

    `of_edge` includes the fields that the HTTP edge writes.
    """
    for name, field in view().fields.items():
        if not of_edge and "by_edge" in field.metadata:
            continue
        inner, of_part = view_of(field), category or field.metadata.get("category")
        if inner is None:
            yield name, field, category_of(field, category)
        else:
            yield from ((f"{name}.{path}", leaf, of) for path, leaf, of in categorised(inner, of_part))


def category_of(field: AnyField, of_part: str | None) -> str | None:
    """Return the data category of a plain field; `of_part` is the category of its view's part."""
    own = declaration_of(field).category
    return own and (of_part or own)


def shown(row: object, view: type[Schema], **derived: object) -> Shown:
    """Return the content of a view for a row: `derived` values by name, other fields from the row's attributes.

    An omittable field is left out if neither has it. Raises `AttributeError` for any other missing field.
    """
    return {
        name: derived[name] if name in derived else getattr(row, name)
        for name, is_required in _filled_by_actions(view)
        if is_required or name in derived or hasattr(row, name)
    }


@cache
def _filled_by_actions(view: type[Schema]) -> tuple[tuple[str, bool], ...]:
    """Return the names that a view reads from an action's result, each with whether the field is required.

    The HTTP edge writes some fields, and a few are derived from the field next to them (`AgencyCode`).
    """
    return tuple(
        (field.attribute or name, field.required)
        for name, field in view().fields.items()
        if name not in (WITHHELD, WITHHELD_CATEGORIES) and "by_edge" not in field.metadata
        if type(field).get_value is fields.Field.get_value
    )


def unclassed(view: type[Schema]) -> list[str]:
    """Return the paths of the fields that have no class."""
    return [path for path, field in fields_of(view) if declaration_of(field).field_class is None]


def wordy(view: type[Schema]) -> list[str]:
    """Return the fields that can contain free text, names or addresses, except those written by the HTTP edge."""
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
    """Return the categories that a reader's role sees in a view, but their agency cannot receive."""
    if sight.categories is None:
        return []
    return sorted(
        {category for seen_as, category in _kinds_of(view) if seen_as in sight.classes and not sight.has(category)}
    )


@cache
def _kinds_of(view: type[Schema]) -> frozenset[tuple[FieldClass | None, str]]:
    """Return the class and category of each classified field of a view. Cached: iterating creates all fields."""
    whole = getattr(view, "drawn_from", None) or view
    kinds = ((declaration_of(field).field_class, category) for _, field, category in categorised(whole, of_edge=False))
    return frozenset((seen_as, category) for seen_as, category in kinds if category is not None)
