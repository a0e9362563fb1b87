"""A form's fields, each of one of a few kinds, from a JSON schema. Pure.

The names of inputs are paths: `windows.0.begins` is the start of the first window. A date that may be known in part has
an input for each of its parts: `happened.year`, `happened.month`, `happened.day`, `happened.time`, `happened.unknown`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final, TypeAlias

#: A JSON schema, as `published.json` has it.
Schema: TypeAlias = Mapping[str, Any]
#: A text with room for more characters than this gets several lines.
LONGEST_LINE: Final = 200
#: The number of empty rows that a list of objects offers in addition to its filled rows.
EMPTY_ROWS: Final = 3
#: The parts of a date that may be known in part.
YEAR, MONTH, DAY, TIME, UNKNOWN = "year", "month", "day", "time", "unknown"
#: Texts that show by which parts a pattern accepts a date.
_DATE, _INSTANT, _TIME_OF_DAY = "2026-03-02", "2026-03-02T09:30:00+00:00", "09:30"
_AGENCY_ID, _AUTHORITY = "0195566e-7a10-7000-8000-000000000001", "NL.COMENSHA"


class Kind(StrEnum):
    """The kind of a field, which decides its inputs."""

    CODE = "code"
    CODES = "codes"
    TEXT = "text"
    LONG_TEXT = "long_text"
    DATE = "date"
    INSTANT = "instant"
    #: A date that may be known to its year, month or day, to the minute, or not at all.
    WHEN = "when"
    TIME = "time"
    FLAG = "flag"
    NUMBER = "number"
    #: A number, or a code where there is none.
    SCORE = "score"
    ID = "id"
    AGENCY = "agency"
    #: A person in the register of staff.
    MEMBER = "member"
    #: A list of objects.
    ROWS = "rows"
    #: Objects by a code.
    MAP = "map"
    #: One object.
    GROUP = "group"
    #: A code of the record that a form is about. The form shows it nowhere and never sends it.
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form."""

    name: str
    kind: Kind
    label: str
    help: str = ""
    is_required: bool = False
    #: Whether the request may state that there is no value (null).
    may_be_null: bool = False
    code_list: str = ""
    codes: tuple[str, ...] = ()
    #: Of a text: the number of characters. Of a number: the least and the greatest value.
    longest: int | None = None
    least: int | None = None
    most: int | None = None
    #: The other forms of a date that may be partly known (`year`, `month`, `time`, `unknown`).
    may_be: frozenset[str] = frozenset()
    #: Of rows, maps and groups: the fields of one object, and of a map the codes of its objects.
    fields: "tuple[Field, ...]" = ()
    keys: tuple[str, ...] = field(default=())


def fields_of(schema: Schema, lists: Mapping[str, list[str]]) -> tuple[Field, ...]:
    """Return the fields of an object, in the order of its schema; `lists` has the codes of each list."""
    required = frozenset(schema.get("required", ()))
    return tuple(
        field_of(name, part, lists, is_required=name in required) for name, part in schema["properties"].items()
    )


def field_of(name: str, schema: Schema, lists: Mapping[str, list[str]], *, is_required: bool = False) -> Field:
    """Return a field."""
    types = _types(schema)
    described = Field(
        name=name,
        kind=Kind.TEXT,
        label=schema.get("title") or name.replace("_", " ").capitalize(),
        help=schema.get("description", ""),
        is_required=is_required,
        may_be_null="null" in types,
    )
    kind = types - {"null"}
    if "anyOf" in schema:
        return _score(described, schema)
    if kind == {"array"}:
        return _listed(described, schema["items"], lists)
    if kind == {"object"}:
        is_group = "properties" in schema
        inner = fields_of(schema if is_group else schema["additionalProperties"], lists)
        return replace(described, kind=Kind.GROUP if is_group else Kind.MAP, fields=inner)
    if kind == {"boolean"}:
        return replace(described, kind=Kind.FLAG)
    if kind == {"integer"}:
        return replace(described, kind=Kind.NUMBER, least=schema.get("minimum"), most=schema.get("maximum"))
    return _text(described, schema, lists)


def _types(schema: Schema) -> frozenset[str]:
    stated = schema.get("type", "string")
    return frozenset([stated] if isinstance(stated, str) else stated)


def _score(described: Field, schema: Schema) -> Field:
    number, code = schema["anyOf"]
    return replace(
        described, kind=Kind.SCORE, least=number["minimum"], most=number["maximum"], codes=tuple(code["enum"])
    )


def _listed(described: Field, items: Schema, lists: Mapping[str, list[str]]) -> Field:
    if "properties" in items:
        return replace(described, kind=Kind.ROWS, fields=fields_of(items, lists))
    return replace(described, kind=Kind.CODES, code_list=items.get("x-codelist", ""), codes=_codes(items, lists))


def _codes(schema: Schema, lists: Mapping[str, list[str]]) -> tuple[str, ...]:
    stated = schema["enum"] if "enum" in schema else lists[schema["x-codelist"]]
    return tuple(code for code in stated if code is not None)


def _text(described: Field, schema: Schema, lists: Mapping[str, list[str]]) -> Field:
    if "enum" in schema or schema.get("x-codelist") in lists:
        return replace(described, kind=Kind.CODE, code_list=schema.get("x-codelist", ""), codes=_codes(schema, lists))
    formats = {"date": Kind.DATE, "date-time": Kind.INSTANT, "uuid": Kind.ID}
    if schema.get("format") in formats:
        return replace(described, kind=formats[schema["format"]])
    if "pattern" in schema and _accepts(schema, _DATE) and not _accepts(schema, "any"):
        parts = {YEAR: "2026", MONTH: "2026-03", TIME: _INSTANT, UNKNOWN: "unknown"}
        may_be = frozenset(part for part, text in parts.items() if _accepts(schema, text))
        return replace(described, kind=Kind.WHEN, may_be=may_be)
    if "pattern" in schema and _accepts(schema, _TIME_OF_DAY):
        return replace(described, kind=Kind.TIME)
    if "pattern" in schema and _accepts(schema, _AGENCY_ID) and _accepts(schema, _AUTHORITY):
        return replace(described, kind=Kind.AGENCY if not _accepts(schema, "any") else Kind.TEXT)
    longest = schema.get("maxLength")
    is_long = longest is not None and longest > LONGEST_LINE
    return replace(described, kind=Kind.LONG_TEXT if is_long else Kind.TEXT, longest=longest)


def _accepts(schema: Schema, text: str) -> bool:
    return (
        schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", len(text))
        and re.search(schema["pattern"], text) is not None
    )


def inputs(fields: tuple[Field, ...]) -> Iterator[str]:
    """Yield regular expressions that match the names of all inputs of these fields."""
    for each in fields:
        name = re.escape(each.name)
        if each.kind is Kind.WHEN:
            yield rf"{name}\.(?:{YEAR}|{MONTH}|{DAY}|{TIME}|{UNKNOWN})"
        elif each.kind is Kind.ROWS:
            yield from (rf"{name}\.[0-9]{{1,2}}\.{inner}" for inner in inputs(each.fields))
        elif each.kind is Kind.GROUP:
            yield from (rf"{name}\.{inner}" for inner in inputs(each.fields))
        elif each.kind is Kind.MAP:
            yield from (rf"{name}\.(?:{'|'.join(each.keys)})\.{inner}" for inner in inputs(each.fields))
        else:
            yield name
