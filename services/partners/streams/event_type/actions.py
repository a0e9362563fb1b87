"""Documents about event types: the same for all readers, or limited to one agency's agreements."""

import json
from datetime import datetime
from functools import cache, lru_cache
from html import escape
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.partners.agencies.agreement import actions as agreements
from services.partners.streams.event_type import rules
from services.partners.streams.event_type.rules import FieldOfType, TypeInWords
from shared.access.permissions import existing
from shared.events import agency_asyncapi, agency_schemas
from shared.events.envelope import read_type
from shared.events.outside import OutsideType, catalogue
from shared.operate import documents
from shared.reference.words import words_of_code

#: A high limit: an agency has only a few agreements over the years.
_MOST_AGREEMENTS: Final = 1000
#: The number of documents that are cached.
_MOST_KEPT: Final = 512


def heard_by(session: Session, agency: UUID | None, now: datetime) -> frozenset[str]:
    """Return the event types that an agency can receive under its agreements in force; all types for None."""
    types = agency_schemas.by_type().keys()
    if agency is None:
        return frozenset(types)
    rows = agreements.page(session, now, agency=agency, state=None, after=None, limit=_MOST_AGREEMENTS)
    counting = [row for row in rows if row["counts"]]
    return frozenset(name for name in types if any(_may_hear(name, row) for row in counting))


def _may_hear(name: str, agreement: agreements.Shown) -> bool:
    return rules.may_hear(_newest(name), agreement["purposes"], agreement["data_categories"])


@cache
def _newest(name: str) -> OutsideType:
    read = read_type(name)
    if read is None:
        raise LookupError(name)
    kinds = [kind for key, kind in catalogue().items() if key[:2] == read[:2]]
    return max(kinds, key=lambda kind: kind.version)


def asyncapi(types: frozenset[str]) -> documents.Document:
    """Return the AsyncAPI document of these types."""
    schemas = {name: schema for name, schema in agency_schemas.by_type().items() if name in types}
    text = json.dumps(agency_asyncapi.document(schemas), ensure_ascii=False, separators=(",", ":"))
    return documents.document_of(text.encode(), "application/json")


@lru_cache(maxsize=_MOST_KEPT)
def listed(types: frozenset[str]) -> documents.Document:
    """Return a list of these types, one line each."""
    lines = [
        {
            "type": name,
            "meaning": schema["description"],
            "place": schema["x-place"],
            "for_whom": schema["x-for"],
            "schema": schema["$id"],
        }
        for name, schema in agency_schemas.by_type().items()
        if name in types
    ]
    text = json.dumps({"types": lines}, ensure_ascii=False, separators=(",", ":"))
    return documents.document_of(text.encode(), "application/json")


@lru_cache(maxsize=_MOST_KEPT)
def page(name: str, language: str) -> documents.Document:
    """Return the page about a type, with the labels of its codes in a language. Raises `NotFound`."""
    schema = existing(agency_schemas.by_type().get(name))
    in_words = rules.in_words(name, schema, lambda code_list, code: words_of_code(code_list, code, language).label)
    text = _page(in_words, language)
    return documents.document_of(text.encode(), "text/html; charset=utf-8")


def _page(one: TypeInWords, language: str) -> str:
    """Return the page as HTML, without scripts or external resources."""
    rows = "".join(map(_row, one.fields))
    head = "<tr><th>field</th><th>means</th><th>kind</th><th>given</th></tr>"
    title = escape(one.type)
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title><h1>{title}</h1>"
        f"<p>{escape(one.meaning)} Place on the path: {escape(one.place)}.</p><p>For {escape(one.for_whom)}</p>"
        f"<p>Schema: <a href=/v1/schemas/{escape(one.schema)}>{escape(one.schema)}</a></p>"
        f"<table>{head}{rows}</table><h2>Sample, made up</h2><pre>{escape(one.sample)}</pre>"
        f"<h2>Codes</h2><div lang={escape(language)}>{''.join(map(_codes, one.fields))}</div></html>"
    )


def _row(field: FieldOfType) -> str:
    always = "always" if field.is_always_there else "optional"
    given = f"with {field.category}" if field.category else always
    return (
        f"<tr><td><code>{escape(field.name)}</code></td><td>{escape(field.meaning)}</td>"
        f"<td>{escape(field.kind)}</td><td>{escape(given)}</td></tr>"
    )


def _codes(field: FieldOfType) -> str:
    if not field.code_list:
        return ""
    address = f"/v1/reference/lists/{escape(field.code_list)}"
    terms = "".join(f"<dt><code>{escape(code)}</code></dt><dd>{escape(words)}</dd>" for code, words in field.codes)
    return f"<h3>{escape(field.name)}</h3><p><a href={address}>{escape(field.code_list)}</a></p><dl>{terms}</dl>"
