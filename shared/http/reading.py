"""What a request brings, its address, query and body: bytes that mean one thing, then values.

Bytes that can't be read, or could be read in two ways, are refused before a case is looked at, so that the refusal is
the same whether it exists or not. Values are judged once access is known.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

from marshmallow import Schema
from werkzeug.wrappers import Request

from shared.http import json_documents
from shared.http.commands import Command
from shared.http.problems import Refused
from shared.http.route import Route
from shared.http.server import LARGEST_BODY

LONGEST_QUERY = 200
#: The most names and values of a query; no route takes as many.
MOST_PARAMETERS = 20


@dataclass(frozen=True)
class Readable:
    """A request whose bytes mean one thing. `document` is its body as JSON; without a body, an empty object."""

    query: dict[str, str]
    raw: bytes
    document: Any
    is_json: bool = True


def read(route: Route, request: Request, path: Mapping[str, object]) -> Readable:
    """Read a request's bytes. Raises `Refused`, 400 for what can't be read or could be read in two ways."""
    if not all(_is_plain(value) for value in path.values() if isinstance(value, str)):
        raise Refused(400, "Check the address", "The address holds a character that can't be read.")
    query = _query(route, request)
    raw = _raw_body(request)
    if route.body is None:
        return Readable(query, raw, None)
    if raw and request.mimetype != "application/json":
        return Readable(query, raw, None, is_json=False)
    # Who has nothing to say need not say `{}`; a field that is required is asked for by its name.
    return Readable(query, raw, json_documents.parse(raw or b"{}"))


def command(route: Route, readable: Readable) -> Command | None:
    """Return a body as its route's command; None where the route takes none.

    Raises `Refused` for another content type than JSON, and `ValidationError`.
    """
    if route.body is None:
        return None
    if not readable.is_json:
        raise Refused(415, "Not JSON", "Send the body as application/json.")
    loaded: Command = _schema(route.body).load(readable.document)
    return loaded


@cache
def _schema(kind: type[Schema]) -> Schema:
    """Return a schema to read bodies with, made once: to make one copies all its fields."""
    return kind()


def _query(route: Route, request: Request) -> dict[str, str]:
    """Return the query of an address. Raises `Refused` for a name that the route does not declare, or a second time.

    A name that is passed over silently would leave somebody believing that their list is narrowed.
    """
    unclear = "The part after the question mark can't be read. Write it as name=value, percent-encoded in UTF-8."
    try:
        pairs = parse_qsl(
            request.query_string.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_PARAMETERS,
        )
    except ValueError:
        raise Refused(400, "Check the address", unclear) from None
    query = dict(pairs)
    declared = [name for name, _, _ in route.query]
    if len(query) < len(pairs) or not query.keys() <= set(declared):
        names = ", ".join(f"`{name}`" for name in declared) or "nothing"
        raise Refused(
            400, "Check the address", f"After the question mark this address takes {names}; each name once, no other."
        )
    if not all(_is_plain(value) for value in query.values()):
        raise Refused(400, "Check the address", unclear)
    if any(len(value) > LONGEST_QUERY for value in query.values()):
        raise Refused(400, "Check the address", f"A query's value may have {LONGEST_QUERY} characters at most.")
    return query


def _is_plain(text: str) -> bool:
    # An address that is not UTF-8 is decoded with U+FFFD in place of what can't be read.
    return "\0" not in text and "\ufffd" not in text


def _raw_body(request: Request) -> bytes:
    """Return a request's body as it came. Raises `Refused` for one that is too large, or without a declared length."""
    if (request.content_length or 0) > LARGEST_BODY:
        raise Refused(413, "Too large", f"A request may hold {LARGEST_BODY} bytes at most.")
    if "chunked" in request.headers.get("Transfer-Encoding", ""):
        raise Refused(411, "Length is missing", "Send the body with a Content-Length.")
    return request.get_data(cache=False)
