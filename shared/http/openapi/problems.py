"""The problem documents that can be answered, one response of the document each."""

from collections.abc import Iterable

from shared.access import permissions
from shared.http.field_codes import OTHER, SAID
from shared.http.near import MOST
from shared.http.openapi import schemas
from shared.http.problems import MOST_CHANGES, MOST_ERRORS
from shared.http.route import Route

SCHEMAS: dict[str, dict[str, object]] = {
    "Problem": {
        "type": "object",
        "description": "The error, its reason, and the next step (RFC 9457).",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "instance": {"type": "string"},
            "action": {"type": "string", "description": "The action that was refused, as `x-action` names it (403)."},
            "roles": {
                "type": "array",
                "description": "The roles that have the action (403), if the caller is allowed to know them.",
                "items": {"$ref": "#/components/schemas/ProblemRole"},
            },
            "issuer": {"type": "string", "description": "For a sign-in that is not registered (403): its provider."},
            "subject": {"type": "string", "description": "For a sign-in that is not registered (403): its subject."},
            "head": {"type": "integer", "description": "For a position beyond the end of a stream (409): its end."},
            "epochs": {
                "type": "array",
                "description": "For a position beyond the end of a stream (409): its epochs, oldest first.",
                "items": {"$ref": "#/components/schemas/ProblemEpoch"},
            },
            "changed": {
                "type": "array",
                "description": "The changes since the client read it (412).",
                "maxItems": MOST_CHANGES,
                "items": {"$ref": "#/components/schemas/ProblemChange"},
            },
            "errors": {
                "type": "array",
                "maxItems": MOST_ERRORS,
                "items": {"$ref": "#/components/schemas/ProblemField"},
            },
        },
    },
    "ProblemEpoch": {
        "type": "object",
        "description": "An epoch of a stream, and the position after which it began.",
        "properties": {"epoch": {"type": "string", "format": "uuid"}, "after": {"type": "integer"}},
        "required": ["epoch", "after"],
    },
    "ProblemRole": {
        "type": "object",
        "description": "A role that has the action, and the relation to the case that it needs.",
        "properties": {
            "role": {"type": "string"},
            "relation": {"type": "string", "enum": [word for word, _ in permissions.ASKED_FOR.values()]},
        },
        "required": ["role"],
    },
    "ProblemChange": {
        "type": "object",
        "description": "A part of the case (`case`: several parts), and the action, for callers who can perform it.",
        "properties": {
            "part": {"type": "string"},
            "action": {"type": "string"},
            "at": {"type": "string", "format": "date-time"},
        },
        "required": ["part"],
    },
    "ProblemField": {
        "type": "object",
        "description": "A field or a rule because of which the request is refused.",
        "properties": {
            "field": {"type": "string"},
            "rule": {
                "type": "string",
                "description": "The rule because of which it is refused; the same in every language.",
            },
            "code": {
                "type": "string",
                "description": "The kind of error of the field; the same in every language. New codes can be added.",
                "examples": [*SAID, OTHER],
            },
            "message": {"type": "string"},
            "list": {"type": "string", "description": "The code list of the field's values."},
            "near": {
                "type": "array",
                "description": "Similar values of that list, or similar fields of the body.",
                "maxItems": MOST,
                "items": {"type": "string"},
            },
        },
        "required": ["message"],
    },
}
#: The name of the component and its meaning, by status.
_MEANINGS: dict[int, tuple[str, str]] = {
    400: (
        "Unreadable",
        "The request cannot be read, or is ambiguous, or a header or query parameter is missing or unknown.",
    ),
    401: ("NotSignedIn", "There is no valid token."),
    403: (
        "NotAllowed",
        "Your role or part in the case does not allow it (`roles` lists those that do), or the case is restricted.",
    ),
    404: ("NotFound", "It does not exist, or you are not allowed to see it."),
    409: ("NotPossibleNow", "The current state does not allow it."),
    410: ("Erased", "The person was erased; no data of the case is stored here."),
    411: ("LengthMissing", "The body has no Content-Length."),
    412: ("CaseChanged", "The case has changed since it was read."),
    413: ("TooLarge", "The body is too large."),
    415: ("NotJson", "The body is not application/json."),
    422: ("FieldsRefused", "A field or a rule does not allow it; `errors` lists them."),
    428: ("VersionMissing", "If-Match is missing."),
    429: ("TooOften", "There were too many requests; try again after Retry-After seconds."),
    503: (
        "StoreAway",
        "A database is unavailable, or a new case has not arrived here yet; try again after Retry-After seconds.",
    ),
}
_PASSING = frozenset((429, 503))
_RETRY = {"Retry-After": "seconds to wait before you try again"}
#: The rate headers of each answer to an agency's key.
RATES = {
    "RateLimit-Policy": 'to an agency\'s key: requests (`q`) in so many seconds (`w`), such as `"agency";q=1200;w=60`',
    "RateLimit": "to an agency's key: remaining requests (`r`), and seconds until there are more (`t`)",
}


def _problem(status: int, name: str, meaning: str) -> dict[str, object]:
    example = {
        "type": f"urn:casepath:problem:{name.lower()}",
        "title": meaning.rstrip("."),
        "status": status,
        "detail": "What to do next, in a sentence.",
        "instance": "urn:uuid:0195566e-7a10-7000-8000-000000000002",
    }
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}}
    response: dict[str, object] = {"description": meaning, "content": content}
    if status in _PASSING:
        response["headers"] = schemas.headers(_RETRY)
    return response


#: The problem answers by the names of their components, the same in every operation.
RESPONSES = {name: _problem(status, name, meaning) for status, (name, meaning) in _MEANINGS.items()}


def with_rates() -> dict[str, dict[str, object]]:
    """Return the same responses for a service that accepts agency keys: a 429 then states the rate."""
    name = _MEANINGS[429][0]
    return {**RESPONSES, name: {**RESPONSES[name], "headers": schemas.headers({**_RETRY, **RATES})}}


def named_by(routes: Iterable[Route]) -> frozenset[str]:
    """Return the names of the problem responses that any of the routes can return."""
    return frozenset(_MEANINGS[status][0] for route in routes for status in _statuses(route))


def answers(route: Route) -> dict[str, object]:
    """Return references to the problems that a route can answer, by their status."""
    return {
        str(status): {"$ref": f"#/components/responses/{_MEANINGS[status][0]}"} for status in sorted(_statuses(route))
    }


def _statuses(route: Route) -> set[int]:
    """Return the statuses of problems that a route can answer.

    Every route uses the database, which can be unavailable, and refuses an invalid address or query.
    """
    statuses = {400, *_PASSING, *route.refuses}
    if route.action is not None:
        # 403 is for a missing role, and for a case that is restricted.
        statuses |= {401, 403}
    if route.knows_callers:
        statuses.add(401)
    if route.about_case:
        statuses |= {409, 410}
    if "<" in route.path:
        statuses.add(404)
    if route.may_repeat:
        statuses.add(422)  # a key that belongs to another request
    if route.query:
        statuses.add(422)
    if route.body is not None:
        statuses |= {409, 411, 413, 415, 422}
    if route.changes or route.sets:
        statuses |= {409, 412, 428}
    return statuses
