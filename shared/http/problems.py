"""Errors as RFC 9457 problem details: what happened, why, what to do next; no internals, nothing of what was sent."""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from shared.access.tokens import TokenRefused
from shared.telemetry.logs import logger

CONTENT_TYPE = "application/problem+json"
_FIELD = re.compile(r"[a-z_]{1,40}|\d{1,4}")
#: Errors of one reply, at most, and the characters of each: what a body is refused with is no longer than a page.
MOST_ERRORS = 20
_LONGEST_MESSAGE = 300
log = logger()


class Refused(Exception):
    """A request that is refused before any action; carries its status, a title, and a sentence that helps."""

    retryable = False

    def __init__(self, status: int, title: str, detail: str, errors: list[dict[str, str]] | None = None) -> None:
        """Store the parts of the problem document."""
        super().__init__(detail)
        self.status = status
        self.title = title
        self.errors = errors or []


def answer(error: Exception, correlation: str) -> Response:
    """Return the problem document for an error; an unexpected one is logged, and reported as ours without its words."""
    if isinstance(error, ValidationError):
        return _fields_refused(error, correlation)
    if isinstance(error, TokenRefused):
        log.info("request.unauthenticated", reason=error.reason)
        detail = "Sign in again: a token is missing, has ended, or was not issued for this installation."
        return _problem(401, "Not signed in", detail, correlation, headers={"WWW-Authenticate": "Bearer"})
    if isinstance(error, HTTPException):
        return _problem(error.code or 500, error.name, error.description or error.name, correlation)
    status = getattr(error, "status", 500)
    if status < 500:  # noqa: PLR2004 - below it is the caller's to mend
        rule = getattr(error, "rule", None)
        errors = getattr(error, "errors", None) or ([{"rule": rule, "message": str(error)}] if rule else [])
        title, error_headers = getattr(error, "title", "Not possible"), getattr(error, "headers", {})
        return _problem(status, title, str(error), correlation, errors, error_headers)
    log.error("request.failed", exc_info=error)
    own_title = getattr(error, "title", None)
    if own_title is not None:
        return _problem(status, own_title, str(error), correlation, headers=getattr(error, "headers", {}))
    headers = {"Retry-After": "2"} if status == 503 or getattr(error, "retryable", False) else {}  # noqa: PLR2004
    detail = "This is our mistake, and it was noted. Try again; if it stays, tell your operator the request's id."
    return _problem(503 if headers else 500, "Something went wrong here", detail, correlation, headers=headers)


def _problem(
    status: int,
    title: str,
    detail: str,
    correlation: str,
    errors: list[dict[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    kind = title.lower().replace(" ", "-").replace("'", "")
    document: dict[str, Any] = {
        "type": f"urn:casepath:problem:{kind}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": f"urn:uuid:{correlation}",
    }
    if errors:
        document["errors"] = errors[:MOST_ERRORS]
    return Response(json.dumps(document), status=status, headers=dict(headers or {}), content_type=CONTENT_TYPE)


def _fields_refused(error: ValidationError, correlation: str) -> Response:
    """Return the problem document for fields: the first errors, and how many more there are."""
    detail = "The request does not have the form that this address takes; see /openapi.json."
    entries = _fields(error.messages)
    errors = list(islice(entries, MOST_ERRORS))
    left_out = sum(1 for _ in entries)
    if left_out:
        detail += f" These are the first {MOST_ERRORS} errors; there are {left_out} more."
    return _problem(422, "Check the fields", detail, correlation, errors)


def _safe_field_name(name: object) -> str:
    """Repeat a field's name only where it looks like one: a sender may have put words where a name belongs."""
    return str(name) if _FIELD.fullmatch(str(name)) else "unknown"


def _fields(messages: Any, path: str = "") -> Iterator[dict[str, str]]:
    """Flatten marshmallow's messages to one entry per field."""
    if isinstance(messages, dict):
        for name, inner in messages.items():
            yield from _fields(inner, f"{path}.{_safe_field_name(name)}".strip("."))
    elif isinstance(messages, list) and any(isinstance(message, (dict, list)) for message in messages):
        for inner in messages:
            yield from _fields(inner, path)
    else:
        words = messages if isinstance(messages, list) else [messages]
        message = " ".join(str(word) for word in words)
        yield {"field": path[:100], "message": message[:_LONGEST_MESSAGE]}
