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
        "description": "What went wrong, why, and what to do next (RFC 9457).",
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
                "description": "The roles that have the action (403), where somebody may know.",
                "items": {"$ref": "#/components/schemas/ProblemRole"},
            },
            "issuer": {"type": "string", "description": "Of a sign-in that is not registered (403): its provider."},
            "subject": {"type": "string", "description": "Of a sign-in that is not registered (403): its subject."},
            "changed": {
                "type": "array",
                "description": "What changed since it was read (412).",
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
    "ProblemRole": {
        "type": "object",
        "description": "A role that has the action, and which relation to the case it needs.",
        "properties": {
            "role": {"type": "string"},
            "relation": {"type": "string", "enum": [word for word, _ in permissions.ASKED_FOR.values()]},
        },
        "required": ["role"],
    },
    "ProblemChange": {
        "type": "object",
        "description": "A part of the case (`case`: more than one), and the act, for who might do it too.",
        "properties": {
            "part": {"type": "string"},
            "action": {"type": "string"},
            "at": {"type": "string", "format": "date-time"},
        },
        "required": ["part"],
    },
    "ProblemField": {
        "type": "object",
        "description": "A field or a rule that stands against a request.",
        "properties": {
            "field": {"type": "string"},
            "rule": {"type": "string", "description": "The rule that stands against it; the same in every language."},
            "code": {
                "type": "string",
                "description": "In which way the field is wrong; the same in every language. New ones may come.",
                "examples": [*SAID, OTHER],
            },
            "message": {"type": "string"},
            "list": {"type": "string", "description": "The code list that the field takes its values of."},
            "near": {
                "type": "array",
                "description": "Values of that list, or fields of the body, that were perhaps meant.",
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
        "The request cannot be read, or in two ways; or a header or query parameter is missing or unknown.",
    ),
    401: ("NotSignedIn", "No token that counts."),
    403: ("NotAllowed", "Not for this role or part in the case (`roles` says for which), or the case is restricted."),
    404: ("NotFound", "Not there, or not for you."),
    409: ("NotPossibleNow", "What stands now does not allow it."),
    410: ("Erased", "The person was erased; nothing of the case is kept here."),
    411: ("LengthMissing", "The body came without a Content-Length."),
    412: ("CaseChanged", "The case has changed since it was read."),
    413: ("TooLarge", "The body is too large."),
    415: ("NotJson", "The body is not application/json."),
    422: ("FieldsRefused", "A field or a rule stands against it; `errors` says which."),
    428: ("VersionMissing", "If-Match is missing."),
    429: ("TooOften", "Asked too often; try again after Retry-After seconds."),
    503: (
        "StoreAway",
        "A store is away for a moment, or what was opened just now may not be here yet; try again after Retry-After s.",
    ),
}
_PASSING = frozenset((429, 503))
_RETRY = {"Retry-After": "seconds to wait before the next try"}
#: The rate headers of each answer to an agency's key.
RATES = {
    "RateLimit-Policy": 'to an agency\'s key: requests (`q`) in so many seconds (`w`), such as `"agency";q=1200;w=60`',
    "RateLimit": "to an agency's key: what is left (`r`), and after how many seconds there is more (`t`)",
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
    statuses = {400, *_PASSING}
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
