"""Every field of a body or an event has a limit: processing an unlimited list, map or text could take any time."""

from collections.abc import Iterator
from typing import Any

import pytest
from marshmallow import Schema, fields, validate

from services import PORTS
from services.registry import parts_of
from shared.events.contract import Code, Codes, Moment, PartialDay
from shared.events.kinds import BoundedList, BoundedMap
from shared.http import Command, required, routes_of

#: Texts that a pattern limits.
OF_A_PATTERN = (Code, Moment, PartialDay)


def schemas() -> Iterator[type[Schema]]:
    """Return every schema for external data: bodies, and the events of other services."""
    for service in PORTS:
        parts, service_class = parts_of(service)
        yield from (route.body for route in routes_of(service_class) if route.body is not None)
        yield from (event_type.schema for event_type in parts.following.emits)
        yield from (read.view for read in parts.following.reads.reads)


def unbounded(schema: type[Schema]) -> Iterator[str]:
    for name, field in schema().fields.items():
        yield from (f"{schema.__name__}.{name}{place}" for place in _unbounded(field))


def _unbounded(field: fields.Field[Any]) -> Iterator[str]:
    if isinstance(field, fields.Nested):
        yield from (f".{place}" for place in unbounded(type(field.schema)))
    elif isinstance(field, fields.List):
        yield from _unbounded(field.inner)
        if not (isinstance(field, BoundedList) and _has_longest(field)):
            yield ": a list of any length"
    elif isinstance(field, fields.Mapping):
        yield from (place for inner in (field.key_field, field.value_field) if inner for place in _unbounded(inner))
        if not (isinstance(field, BoundedMap) and _has_longest(field)):
            yield ": a map of any size"
    elif _is_text(field) and not _has_longest(field):
        yield ": a text of any length"


def _is_text(field: fields.Field[Any]) -> bool:
    return isinstance(field, fields.String) and not isinstance(field, (fields.UUID, *OF_A_PATTERN))


def _has_longest(field: fields.Field[Any]) -> bool:
    return any(
        isinstance(check, validate.OneOf) or (isinstance(check, validate.Length) and check.max is not None)
        for check in field.validators
    )


@pytest.mark.promise("SEC-95")
def test_no_list_map_or_text_that_somebody_sends_is_of_any_length() -> None:
    strangers = sorted({place for schema in schemas() for place in unbounded(schema)})
    assert strangers == []


def test_the_look_for_fields_without_an_end_finds_them() -> None:
    class Inner(Schema):
        text = fields.String()
        code = Code()

    class Wide(Command):
        anything: Any = required(fields.List(fields.Nested(Inner)))
        codes: Any = required(Codes())
        plain: Any = required(fields.Dict(keys=Code(), values=fields.String(validate=validate.Length(1))))

    assert sorted(unbounded(Wide.schema)) == [
        "Wide.anything.Inner.text: a text of any length",
        "Wide.anything: a list of any length",
        "Wide.plain: a map of any size",
        "Wide.plain: a text of any length",
    ]
