"""The description of each event type that agencies can receive, and the types that one agency can receive. Pure."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from shared.events.agency_schemas import AgencySchema, FieldSchema
from shared.events.audience import Reach
from shared.events.outside import OutsideType
from shared.reference import code_lists

#: Returns the label of a code, given the name of its code list.
Label: TypeAlias = Callable[[str, str], str]
#: Longer code lists are not written out: a reader of all languages, for example, requests the list.
_MOST_CODES: Final = 60
_FORMATS: Final[Mapping[str, str]] = {"uuid": "id", "date": "date", "date-time": "moment with its zone"}
_TYPES: Final[Mapping[str, str]] = {"boolean": "true or false", "integer": "count"}
_NO_CODES: Final[tuple[tuple[str, str], ...]] = ()


@dataclass(frozen=True)
class FieldOfType:
    """A field of an event's data; `codes` with their labels, empty if the list is too long to write out."""

    name: str
    meaning: str
    kind: str
    category: str
    is_always_there: bool
    code_list: str
    codes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class TypeInWords:
    """A version of an event type, described for human readers. `sample` is fictitious JSON."""

    type: str
    meaning: str
    place: str
    for_whom: str
    schema: str
    fields: tuple[FieldOfType, ...]
    sample: str


def in_words(name: str, schema: AgencySchema, label: Label) -> TypeInWords:
    """Return the description of an event type; `label` returns the label of a list's code."""
    drawn = schema["anyOf"][0]
    fields = (
        _field(field, part, label, is_always_there=field in drawn["required"])
        for field, part in drawn["properties"].items()
    )
    return TypeInWords(
        type=name,
        meaning=schema["description"],
        place=schema["x-place"],
        for_whom=schema["x-for"],
        schema=schema["$id"],
        fields=tuple(fields),
        sample=json.dumps(schema["examples"][0], indent=2, ensure_ascii=False),
    )


def _field(name: str, part: FieldSchema, label: Label, *, is_always_there: bool) -> FieldOfType:
    inner = part.get("items", part)
    code_list = inner.get("x-code-list") or ""
    return FieldOfType(
        name=name,
        meaning=part["description"],
        kind=_kind(part),
        category=part.get("x-data-category", ""),
        is_always_there=is_always_there,
        code_list=code_list,
        codes=_codes(code_list, label) if code_list else _NO_CODES,
    )


def _kind(part: FieldSchema) -> str:
    """Return a description of the type of a field's values."""
    if "items" in part:
        return f"list of {_kind(part['items'])}s"
    stated = part["type"]
    types = [stated] if isinstance(stated, str) else [word for word in stated if word != "null"]
    words = _FORMATS.get(part.get("format", "")) or _TYPES.get(types[0]) or _text(part)
    return words if isinstance(stated, str) else f"{words}, or null"


def _text(part: FieldSchema) -> str:
    is_code = "x-code-list" in part or "x-identifies" in part
    return "code" if is_code else "date or moment, as far as it is known"


def _codes(name: str, label: Label) -> tuple[tuple[str, str], ...]:
    values = code_lists()[name].values
    if len(values) > _MOST_CODES:
        return _NO_CODES
    return tuple((code, label(name, code)) for code in values)


def may_hear(kind: OutsideType, purposes: Collection[str], categories: Collection[str]) -> bool:
    """Return whether an agency with these agreed purposes and categories can ever receive events of a type.

    `kind` is the newest version, which decides for earlier versions too.
    """
    audience = kind.audience
    if audience.reach is not Reach.PERSON:
        return audience.leaves
    openings = (audience.terms, *audience.codes.values())
    return any(terms is not None and terms.are_met(purposes, categories) for terms in openings)
