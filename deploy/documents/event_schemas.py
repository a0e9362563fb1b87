"""The JSON Schema of each event's data, in two forms.

The *open* form is published: a version can gain optional fields and a list can gain codes, so a consumer with an older
copy must accept events of a newer release. The *closed* form has exactly the fields and codes of this release. Tests
compare sent events with it.

The data of an event whose subject was erased are empty, in both forms.
"""

from collections.abc import Mapping
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import fields

from shared.events.contract import Code, EventType
from shared.events.envelope import schema_address

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
#: The published list of a code, or the meaning of a code without a list.
CODE_LIST, IDENTIFIES = "x-code-list", "x-identifies"
ERASED: Mapping[str, object] = {
    "title": "erased",
    "description": "The subject was erased: `dataclassification` is `erased`, and nothing is left of the data.",
    "type": "object",
    "maxProperties": 0,
}


def published(service: str, event_type: EventType) -> dict[str, Any]:
    """Return the open schema, as every service resolves it by its address."""
    return {
        "$schema": _DIALECT,
        "$id": schema_address(service, event_type.name, event_type.version),
        "title": f"{event_type.name}.v{event_type.version}",
        "description": event_type.meaning,
        **open_form(event_type),
    }


def open_form(event_type: EventType) -> dict[str, Any]:
    """Return what any reader of this version must accept: data with its fields and perhaps more, or erased data."""
    return {"anyOf": [_opened(_drawn(event_type)), dict(ERASED)]}


def closed_form(event_type: EventType) -> dict[str, Any]:
    """Return what this release sends: data with these fields and codes and no other, or erased data."""
    return {"anyOf": [{**_drawn(event_type), "additionalProperties": False}, dict(ERASED)]}


def _drawn(event_type: EventType) -> dict[str, Any]:
    plugin = MarshmallowPlugin()
    APISpec(title="", version="", openapi_version="3.1.0", plugins=[plugin])
    converter: Any = plugin.converter
    converter.add_attribute_function(_names)
    drawn: dict[str, Any] = converter.schema2jsonschema(event_type.schema())
    return drawn


def _names(_converter: object, field: "fields.Field[Any]", **_options: object) -> dict[str, object]:
    """Return which list a code is of, or what it identifies."""
    if not isinstance(field, Code):
        return {}
    if field.identifier is not None:
        return {IDENTIFIES: field.identifier.name.lower(), "description": field.identifier.value}
    return {CODE_LIST: field.code_list}


def _opened(schema: Mapping[str, Any]) -> dict[str, Any]:
    properties = {name: _without_values(drawn) for name, drawn in schema.get("properties", {}).items()}
    return {**{name: part for name, part in schema.items() if name != "additionalProperties"}, "properties": properties}


def _without_values(field: Mapping[str, Any]) -> dict[str, Any]:
    """Return a field that takes any code: those that its list holds today are examples."""
    kept = {("examples" if name == "enum" else name): part for name, part in field.items()}
    return {**kept, "items": _without_values(field["items"])} if "items" in field else kept
