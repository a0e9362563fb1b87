"""Read the input of a request: first the bytes of its address, query and body, then the values in the body.

Unreadable or ambiguous bytes are refused before a case is looked up. The refusal is therefore the same whether the
case exists or not. Values are validated after the access check.
"""

import codecs
import json
import math
import re
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

from marshmallow import Schema, ValidationError
from werkzeug.wrappers import Request

from shared.http.admitting import hidden
from shared.http.chain import Answer, Proceed, Readable, RequestContext
from shared.http.commands import Command
from shared.http.problems import Refused
from shared.http.route import Route
from shared.http.server import LARGEST_BODY

LONGEST_QUERY = 200
#: The most names and values of a query; no route has that many.
MOST_PARAMETERS = 20
#: Levels of objects and lists. The deepest body of any route has three.
DEEPEST = 20
#: A string, whose end can be missing, or a bracket. No character of a text is read twice.
_NESTING = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)

_UNWRITABLE = re.compile("[\0\ud800-\udfff]")


def bytes_read(context: RequestContext, proceed: Proceed[Answer]) -> Answer:
    """Read the bytes of a request. Raises `Refused` (400) for unreadable or ambiguous bytes."""
    context.readable = _read(context.route, context.request, context.path)
    return proceed(context)


def checked(context: RequestContext, proceed: Proceed[Answer]) -> Answer:
    """Validate the body as the command of the route. Raises `Refused`, `ValidationError`."""
    try:
        context.command = command(context.route, context.readable)
    except (Refused, ValidationError) as error:
        raise hidden(context, error) from None
    return proceed(context)


def _read(route: Route, request: Request, path: Mapping[str, object]) -> Readable:
    if not all(_is_plain(value) for value in path.values() if isinstance(value, str)):
        raise Refused(
            400,
            "Check the address",
            "The address contains a character that can't be read. Encode the address as UTF-8, with percent-encoding.",
        )
    query = _query(route, request)
    raw = _raw_body(request)
    if route.body is None:
        return Readable(query, raw, None)
    if raw and request.mimetype != "application/json":
        return Readable(query, raw, None, is_json=False)
    # An empty body is read as `{}`, so the refusal names the required fields.
    return Readable(query, raw, _parsed(raw or b"{}"))


def command(route: Route, readable: Readable) -> Command | None:
    """Return the body as the command of its route; None if the route has no body.

    Raises `Refused` for another content type than JSON, and `ValidationError`.
    """
    if route.body is None:
        return None
    if not readable.is_json:
        raise Refused(
            415, "Not JSON", "The body is not marked as JSON. Send it with the header Content-Type: application/json."
        )
    loaded: Command = _schema(route.body).load(readable.document)
    return loaded


@cache
def _schema(kind: type[Schema]) -> Schema:
    """Return the schema that reads bodies. It is made once, because each instance copies all fields."""
    return kind()


def _query(route: Route, request: Request) -> dict[str, str]:
    """Return the query of an address.

    Raises `Refused` for a name that is repeated or that the route does not declare. If an unknown name were ignored,
    the caller would believe that the list is filtered.
    """
    unclear = "The query string can't be read. Write it as name=value, percent-encoded in UTF-8."
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
            400,
            "Check the address",
            "The query string has a parameter that this address does not have, or has one twice. Use only these, "
            f"each once: {names}.",
        )
    if not all(_is_plain(value) for value in query.values()):
        raise Refused(400, "Check the address", unclear)
    if any(len(value) > LONGEST_QUERY for value in query.values()):
        raise Refused(
            400,
            "Check the address",
            f"A value in the query string is longer than {LONGEST_QUERY} characters. Shorten it.",
        )
    return query


def _is_plain(text: str) -> bool:
    # Bytes of an address that are not UTF-8 are decoded as U+FFFD.
    return "\0" not in text and "\ufffd" not in text


def _raw_body(request: Request) -> bytes:
    """Return the bytes of the body. Raises `Refused` if it is too large, or has no declared length."""
    if (request.content_length or 0) > LARGEST_BODY:
        raise Refused(
            413, "Too large", f"The body of the request is larger than {LARGEST_BODY} bytes. Send less in one request."
        )
    if "chunked" in request.headers.get("Transfer-Encoding", ""):
        raise Refused(
            411,
            "Length is missing",
            "The Content-Length header is missing, so the length of the body is not known. Send the body with a "
            "Content-Length.",
        )
    return request.get_data(cache=False)


def _parsed(raw: bytes) -> Any:
    """Return the value of a JSON text that has one meaning for every reader (RFC 8259, RFC 7493).

    Parsing takes a bounded time for every text. Raises `Refused` (400) for text that is not JSON or not UTF-8, a
    repeated name in one object, more than `DEEPEST` levels, a NUL or half of a surrogate pair in a string, and numbers
    that are not finite.
    """
    try:
        text = raw.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError:
        raise _unreadable("The body is not encoded as UTF-8. Encode it as UTF-8.") from None
    _check_depth(text)
    try:
        document = _DECODER.decode(text)
    except ValueError:
        raise _unreadable("The body is not valid JSON. Check its brackets and quotes.") from None
    if "\\u" in text:  # JSON has no other spelling for the characters that can't be written
        _check_characters(document)
    return document


def _unreadable(detail: str) -> Refused:
    return Refused(400, "Unreadable", detail)


def _check_depth(text: str) -> None:
    """Raise `Refused` for a text that is nested too deeply.

    It runs before the parser, because the parser is recursive.
    """
    if text.count("[") + text.count("{") <= DEEPEST:
        return
    depth = 0
    for match in _NESTING.finditer(text):
        first = match[0][0]
        if first in "[{":
            depth += 1
            if depth > DEEPEST:
                raise _unreadable(
                    f"The body is nested more than {DEEPEST} levels deep. Send the form that /openapi.json describes."
                )
        elif first in "]}":
            depth -= 1


def _check_characters(document: object) -> None:
    if isinstance(document, dict):
        for name, inner in document.items():
            _check_text(name)
            _check_characters(inner)
    elif isinstance(document, list):
        for inner in document:
            _check_characters(inner)
    elif isinstance(document, str):
        _check_text(document)


def _check_text(text: str) -> None:
    if not _is_writable(text):
        raise _unreadable("The body contains a NUL or half of a surrogate pair, which can't be stored. Leave it out.")


def _is_writable(text: str) -> bool:
    """Return whether a text can be stored and forwarded: it has neither a NUL nor half of a surrogate pair."""
    return _UNWRITABLE.search(text) is None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):
        raise _unreadable("An object has the same name twice, so its value is not clear. Send each name once.")
    return document


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _unreadable("The body contains a number that is too large. Send a smaller number.")
    return number


def _no_number(_text: str) -> float:
    raise _unreadable("The body contains NaN or Infinity, which JSON does not have. Send a number, or null.")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=_finite, parse_constant=_no_number)
