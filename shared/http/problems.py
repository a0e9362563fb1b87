"""Errors as RFC 9457 problem details: the event, its reason, the next step; no internals, no values of the request.

Titles and messages are fixed English sentences, translated into the caller's language if there is a catalogue. `type`,
and the code or rule of each error, are the same in every language.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeAlias

from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from shared.access.tokens import KeyRefused, TokenRefused
from shared.events.kinds import NotListed
from shared.http.commands import UnknownField
from shared.http.field_codes import OTHER, code_of
from shared.http.headers import of_language
from shared.http.near import near
from shared.reference.words import ENGLISH, in_language
from shared.telemetry.logs import logger

CONTENT_TYPE = "application/problem+json"
#: A document, and its headers.
_Problem: TypeAlias = tuple[dict[str, Any], dict[str, str]]
_FIELD = re.compile(r"[a-z_]{1,40}|\d{1,4}")
#: The most errors in one reply, and the most characters of each: the reply is no longer than a page.
MOST_ERRORS = 20
_LONGEST_MESSAGE = 300
#: Only this many errors get suggestions, because each one is compared with a whole list.
MOST_NEAR = 5
_NOT_SIGNED_IN = "The access token is missing, has expired, or was not issued for this installation. Sign in again."
_KEY_REFUSED = (
    "The API key is not valid here: it has expired, was revoked, is for other addresses, or its agency takes no part. "
    "Check the key. If it has ended, create another one with an administering key, or ask the operator."
)
_INTERNAL = (
    "An internal error occurred, and was logged. Try again. If it continues, give your operator the id of the request."
)
log = logger()


class Refused(Exception):
    """A request that is refused before any action. It carries a status, a title, and a helpful message."""

    def __init__(self, status: int, title: str, detail: str, errors: list[dict[str, str]] | None = None) -> None:
        """Store the parts of the problem document."""
        super().__init__(detail)
        self.status = status
        self.title = title
        self.errors = errors or []


#: The most changes that a reply names.
MOST_CHANGES = 20


class CaseChanged(Refused):
    """The case, or the part to be changed, was changed after the caller read it. The error names the changes."""

    def __init__(self, changes: list[dict[str, object]]) -> None:
        """Store the changes: each part, with the act if the caller is allowed to know it."""
        detail = "Another user changed the case after you read it. Read it again, then decide again."
        acts = [
            f"{change['part']} ({change['action']})" if "action" in change else change["part"] for change in changes
        ]
        super().__init__(412, "The case has changed", f"{detail} Changed: {', '.join(map(str, acts))}.")
        self.members = {"changed": changes}


def answer(error: Exception, correlation: str, language: str = ENGLISH) -> Response:
    """Return the problem document for an error.

    An unexpected one is logged, and reported as internal without its message. An error class states its `status` unless
    that is 500, and `retryable` if a repeated request can succeed.
    """
    document, headers = _document_of(error, correlation)
    told = json.dumps(_in_language(document, language))
    headers = {**of_language(language), **headers}
    return Response(told, status=document["status"], headers=headers, content_type=CONTENT_TYPE)


def _document_of(error: Exception, correlation: str) -> _Problem:
    if isinstance(error, ValidationError):
        return _fields_refused(error, correlation)
    if isinstance(error, TokenRefused):
        log.info("request.unauthenticated", reason=error.reason)
        detail = _KEY_REFUSED if isinstance(error, KeyRefused) else _NOT_SIGNED_IN
        return _problem(401, "Not signed in", detail, correlation, headers={"WWW-Authenticate": "Bearer"})
    if isinstance(error, HTTPException):
        return _problem(error.code or 500, error.name, error.description or error.name, correlation)
    status = getattr(error, "status", 500)
    if status < 500:  # noqa: PLR2004 - the caller can correct it
        rule = getattr(error, "rule", None)
        errors = getattr(error, "errors", None) or ([{"rule": rule, "message": str(error)}] if rule else [])
        title, error_headers = getattr(error, "title", "Not possible"), getattr(error, "headers", {})
        members = getattr(error, "members", None)
        return _problem(status, title, str(error), correlation, errors, error_headers, members)
    if not getattr(error, "is_expected", False):
        log.error("request.failed", exc_info=error)
    own_title = getattr(error, "title", None)
    if own_title is not None:
        error_headers, members = getattr(error, "headers", {}), getattr(error, "members", None)
        return _problem(status, own_title, str(error), correlation, None, error_headers, members)
    headers = {"Retry-After": "2"} if status == 503 or getattr(error, "retryable", False) else {}  # noqa: PLR2004
    return _problem(503 if headers else 500, "Something went wrong here", _INTERNAL, correlation, headers=headers)


def problem_type(title: str) -> str:
    """Return the type of the problems with a title: the same in every language."""
    kind = title.lower().replace(" ", "-").replace("'", "")
    return f"urn:casepath:problem:{kind}"


def _problem(
    status: int,
    title: str,
    detail: str,
    correlation: str,
    errors: Sequence[Mapping[str, object]] | None = None,
    headers: Mapping[str, str] | None = None,
    members: Mapping[str, object] | None = None,
) -> _Problem:
    document: dict[str, Any] = {
        "type": problem_type(title),
        "title": title,
        "status": status,
        "detail": detail,
        "instance": f"urn:uuid:{correlation}",
        **(members or {}),
    }
    if errors:
        document["errors"] = list(errors[:MOST_ERRORS])
    return document, dict(headers or {})


def _in_language(document: dict[str, Any], language: str) -> dict[str, Any]:
    said = {name: in_language(document[name], language) for name in ("title", "detail")}
    errors = [
        {**error, "message": in_language(str(error["message"]), language)} for error in document.get("errors", ())
    ]
    return {**document, **said, **({"errors": errors} if errors else {})}


def _fields_refused(error: ValidationError, correlation: str) -> _Problem:
    """Return the problem document for fields: the first errors, and how many more there are."""
    detail = (
        "Some fields of the request are missing or not valid. Correct each field in `errors`. /openapi.json describes "
        "all fields."
    )
    entries = _fields(error.messages)
    errors = [
        _entry(*entry, is_among_first=place < MOST_NEAR) for place, entry in enumerate(islice(entries, MOST_ERRORS))
    ]
    left_out = sum(1 for _ in entries)
    if left_out:
        detail += f" These are the first {MOST_ERRORS} errors; there are {left_out} more."
    return _problem(422, "Check the fields", detail, correlation, errors)


def _safe_field_name(name: object) -> str:
    """Repeat a field's name only if it has the form of one, because a client can have put free text there."""
    return str(name) if _FIELD.fullmatch(str(name)) else "unknown"


def _fields(messages: Any, path: str = "", last: object = "") -> Iterator[tuple[str, object, list[object]]]:
    """Flatten marshmallow's messages: the path of each field, its last name as it was sent, and its messages."""
    if isinstance(messages, dict):
        for name, inner in messages.items():
            yield from _fields(inner, f"{path}.{_safe_field_name(name)}".strip("."), name)
    elif isinstance(messages, list) and any(isinstance(message, (dict, list)) for message in messages):
        for inner in messages:
            yield from _fields(inner, path, last)
    else:
        yield path, last, messages if isinstance(messages, list) else [messages]


def _entry(path: str, last: object, messages: Sequence[object], *, is_among_first: bool) -> dict[str, object]:
    """Return the entry of a field, with the name of its code list, and suggestions of similar values."""
    entry: dict[str, object] = {"field": path[:100]}
    words, meant = [str(message) for message in messages], []
    for message in messages:
        if isinstance(message, NotListed):
            entry.update({"list": message.code_list} if message.code_list else {})
            meant = near(message.sent, message.values) if is_among_first else []
        elif isinstance(message, UnknownField):
            meant = near(last, message.known) if is_among_first else []
    if meant:
        entry["near"] = meant
        words[-1:] = [f"{words[-1].removesuffix('.')}.", f"Near it: {', '.join(meant)}."]
    code = code_of(str(messages[0])) if messages else OTHER
    return {**entry, "code": code, "message": " ".join(words)[:_LONGEST_MESSAGE]}
