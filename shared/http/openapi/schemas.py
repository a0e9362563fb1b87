"""Fields as the document shows them, and examples built from the examples of the fields."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from marshmallow import Schema, fields

from shared.access.agency_fields import AgencyNamed
from shared.access.declarations import AnyField, declaration_of, example_of
from shared.access.permissions import FieldClass
from shared.access.views import view_of
from shared.events.contract import Code

#: A part of a document, as JSON.
Document: TypeAlias = dict[str, Any]
#: The class of a field, for tools that generate more than a client from the document.
FIELD_CLASS = "x-field-class"
#: The data category of a field, which decides whether agencies other than the lead see it. On a part: that of all
#: fields.
DATA_CATEGORY = "x-data-category"
#: The code list of a field's values, for forms: they take the labels of codes and fields from there.
CODE_LIST = "x-codelist"
#: How an amount of money is written, in whole units and cents.
_AMOUNT_FORM = r"^[0-9]{1,12}(\.[0-9]{1,2})?$"
#: How a time of day is written.
_TIME_FORM = r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?$"
_REFERENCE = "#/components/schemas/"


def name_of(schema: Schema | type[Schema]) -> str:
    """Return the name of a schema's component."""
    kind: type[Schema] = schema if isinstance(schema, type) else type(schema)
    return kind.__name__


def labelled(_converter: object, field: AnyField, **_options: object) -> dict[str, object]:
    """Return the label of a field, from its name, and the name of its code list. Forms use both."""
    shown: dict[str, object] = {}
    # The entries of a list have the label of the list. A nested part has its own schema, which other places use too.
    if isinstance(field.parent, Schema) and not isinstance(field, fields.Nested):
        shown["title"] = title_of(field.data_key or field.name or "")
    if isinstance(field, Code) and field.code_list is not None:
        shown[CODE_LIST] = field.code_list
    if isinstance(field, fields.Time):
        shown["pattern"] = _TIME_FORM
    return shown


def title_of(name: str) -> str:
    """Return a field's name in words: `work_ended_on` as `Work ended on`."""
    return name.replace("_", " ").capitalize()


def declared(_converter: object, field: AnyField, **_options: object) -> dict[str, object]:
    """Return what a field declares in addition to its type: meaning, example, class."""
    declaration = declaration_of(field)
    if not declaration.meaning:
        of_part = field.metadata.get("category")
        return {} if of_part is None else {DATA_CATEGORY: of_part}
    shown: dict[str, object] = {"description": declaration.meaning}
    if isinstance(field, AgencyNamed):
        shown["pattern"] = AgencyNamed.FORM
    if isinstance(field, fields.Decimal):
        shown["pattern"] = _AMOUNT_FORM
    if declaration.example is not None:
        shown["examples"] = [declaration.example]
    if declaration.field_class is not None:
        shown[FIELD_CLASS] = declaration.field_class.value
    if declaration.category is not None:
        shown[DATA_CATEGORY] = declaration.category
    return shown


def example(schema: type[Schema]) -> dict[str, object]:
    """Return a fictitious object of a schema, as JSON."""
    sample = getattr(schema, "sample", None)
    return (
        dict(sample) if sample else {field.data_key or name: _example(field) for name, field in schema().fields.items()}
    )


def _example(field: AnyField) -> object:
    inner = view_of(field)
    if inner is None:
        return example_of(field)
    return [example(inner)] if isinstance(field, fields.List) else example(inner)


def headers(meanings: dict[str, str]) -> dict[str, object]:
    """Return headers of an answer by their names."""
    return {name: {"description": meaning, "schema": {"type": "string"}} for name, meaning in meanings.items()}


def views_in(view: type[Schema]) -> Iterator[type[Schema]]:
    """Yield a view and all views nested in it."""
    yield view
    for field in view().fields.values():
        inner = view_of(field)
        if inner is not None:
            yield from views_in(inner)


def allow_withholding(components: Document, views: Iterable[type[Schema]]) -> None:
    """Require in replies only what every reader sees: basic fields, and parts that contain some."""
    for name in {name_of(inner) for view in views for inner in views_in(view)}:
        component = components[name]
        required = component.get("required", ())
        shown = [name for name in required if _is_always_shown(component["properties"][name], components)]
        if "required" in component:
            component["required"] = shown
        if not shown:
            component.pop("required", None)


def _is_always_shown(schema: Document, components: Document) -> bool:
    alternatives = schema.get("anyOf") or schema.get("allOf") or [schema.get("items", schema)]
    references = [str(other.get("$ref", "")) for other in alternatives if "$ref" in other]
    if not references:
        is_basic = schema.get(FIELD_CLASS, FieldClass.BASIC.value) == FieldClass.BASIC.value
        return is_basic and DATA_CATEGORY not in schema
    part = components[references[0].removeprefix(_REFERENCE)]
    return any(_is_always_shown(inner, components) for inner in part.get("properties", {}).values())
