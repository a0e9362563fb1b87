"""A service's OpenAPI document, drawn from its routes and the schemas that check them."""

import re
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema

from shared.events.envelope import BATCH_CONTENT_TYPE
from shared.http.route import Query, Route, routes_of

_PARAMETER = re.compile(r"<(?:(uuid|string):)?(\w+)>")
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object", "additionalProperties": {"type": "string"}}},
    },
}

_OBJECT = {"type": "object"}
_CREATED = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string", "format": "uuid"}}}
_PROBLEM_MEANINGS = {
    400: "The request cannot be read, or a header or query parameter that it needs is missing or malformed.",
    401: "No token that counts.",
    403: "Not for this role.",
    404: "Not there, or not for you.",
    409: "What stands now does not allow it.",
    411: "The body came without a Content-Length.",
    412: "The case has changed since it was read.",
    413: "The body is too large.",
    415: "The body is not application/json.",
    422: "A field or a rule stands against it; `errors` says which.",
    428: "If-Match is missing.",
    429: "Asked too often; try again after Retry-After seconds.",
    503: "A store is away for a moment; try again after Retry-After seconds.",
}

# The operators' lists alone read a query or answer in another form than one JSON object. There are so few of them,
# the same in every service, that they stand here by their path instead of in each `Route`.
_LIMIT = ("limit", {"type": "integer", "maximum": 200, "default": 200}, "entries of one answer, at most")
_SUBJECT = ("subject", {"type": "string", "format": "uuid"}, "only what is about this subject")
_QUERIES: dict[tuple[str, str], tuple[Query, ...]] = {
    ("GET", "/v1/events"): (
        ("after", {"type": "integer", "minimum": 0, "default": 0}, "the last position already read"),
        _LIMIT,
        _SUBJECT,
    ),
    ("GET", "/v1/holds"): (
        ("after", {"type": "string"}, "`next` of the page before"),
        _LIMIT,
        _SUBJECT,
        ("state", {"type": "string", "enum": ["held", "parked"]}, "only subjects in this state"),
    ),
    ("GET", "/v1/quarantine"): (("after", {"type": "string"}, "`next` of the page before"), _LIMIT),
    ("GET", "/v1/reactions/vanished"): (("after", {"type": "string"}, "`next` of the page before"), _LIMIT),
    ("GET", "/v1/skipped"): (
        ("after", {"type": "integer", "minimum": 0, "default": 0}, "`next` of the page before"),
        _LIMIT,
    ),
}
_CONTENTS: dict[str, dict[str, Any]] = {
    "/v1/events": {BATCH_CONTENT_TYPE: {"schema": {"type": "array", "items": _OBJECT}}},
    "/metrics": {"text/plain": {"schema": {"type": "string"}}},
    "/docs": {"text/html": {"schema": {"type": "string"}}},
}
_FEED_HEADERS = {
    "Casepath-Head": "the last position of the log",
    "Casepath-Epochs": "the lives of the log, oldest first, each as `<epoch>@<position it began after>`",
}


def document(service_class: Any) -> dict[str, Any]:
    """Build the OpenAPI document of a service class."""
    plugin = MarshmallowPlugin(schema_name_resolver=_schema_name)
    title = f"Casepath {service_class.name}"
    spec = APISpec(title=title, version="1", openapi_version="3.1.0", plugins=[plugin])
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})
    spec.components.schema("Problem", _PROBLEM)
    for route in routes_of(service_class):
        spec.path(_PARAMETER.sub(r"{\2}", route.path), operations={route.method.lower(): _operation(route)})
    document: dict[str, Any] = spec.to_dict()
    return document


def _schema_name(schema: Any) -> str:
    kind: type[Schema] = schema if isinstance(schema, type) else type(schema)
    return kind.__name__


def _operation(route: Route) -> dict[str, Any]:
    parameters = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "format": "uuid"} if kind == "uuid" else {"type": "string"},
        }
        for kind, name in _PARAMETER.findall(route.path)
    ]
    parameters += [
        {"name": name, "in": "query", "required": False, "description": meaning, "schema": schema}
        for name, schema, meaning in _query(route)
    ]
    if route.creates:
        parameters.append(_header("Idempotency-Key", "the same for every try of one request"))
    if route.changes:
        parameters.append(_header("If-Match", "the case's ETag, as it was read"))
    operation: dict[str, Any] = {"summary": route.summary, "parameters": parameters, "responses": _responses(route)}
    if route.action is not None:
        operation["security"] = [{"token": []}]
        operation["x-action"] = route.action
    if route.body is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": route.body}}}
    return operation


def _query(route: Route) -> tuple[Query, ...]:
    return route.query or _QUERIES.get((route.method, route.path), ())


def _header(name: str, meaning: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": True, "description": meaning, "schema": {"type": "string"}}


def _responses(route: Route) -> dict[str, Any]:
    problem = {"content": {"application/problem+json": {"schema": "Problem"}}}
    responses = _success(route)
    for status in sorted(_problems(route)):
        responses[str(status)] = {"description": _PROBLEM_MEANINGS[status], **problem}
    for passing in ("429", "503"):
        responses[passing]["headers"] = _reply_headers({"Retry-After": "seconds to wait before the next try"})
    return responses


def _success(route: Route) -> dict[str, Any]:
    headers = _reply_headers(_documented_headers(route))
    extras = {"headers": headers} if headers else {}
    if route.method == "DELETE":
        return {"204": {"description": "Done; there is nothing to tell.", **extras}}
    if route.creates:
        content = {"application/json": {"schema": _CREATED}}
        return {"201": {"description": "Created, now or by an earlier try.", **extras, "content": content}}
    content = _CONTENTS.get(route.path, {"application/json": {"schema": _OBJECT}})
    if route.as_csv:
        content = {**content, "text/csv": {"schema": {"type": "string"}}}
    if (route.method, route.path) == ("POST", "/v1/rebuilds"):
        return {
            "202": {"description": "Taken up; how far it has come is read under its id.", **extras, "content": content}
        }
    return {"200": {"description": "Done.", **extras, "content": content}}


def _documented_headers(route: Route) -> dict[str, str]:
    if route.path == "/v1/events":
        return _FEED_HEADERS
    if route.creates:
        return {
            "Location": "where what was created is read; for a part of a case, the case",
            "ETag": "the case's version; not sent with a replay",
            "Idempotent-Replay": "`true` if an earlier try with this key had done it; else not sent",
        }
    return {"ETag": "the case's version, for If-Match"} if route.changes or route.about_case else {}


def _reply_headers(meanings: dict[str, str]) -> dict[str, Any]:
    return {name: {"description": meaning, "schema": {"type": "string"}} for name, meaning in meanings.items()}


def _problems(route: Route) -> set[int]:
    """Return the problems that a route can answer; every route asks the database, which may be away."""
    statuses = {429, 503}
    if route.action is not None:
        # A query that nobody knows can be too long; a case that is restricted, or not to be shown, stands in the way.
        statuses |= {400, 401, 409} if route.about_case else {400, 401, 403}
    if "<" in route.path:
        statuses.add(404)
    if route.body is not None or route.creates:
        statuses.add(400)
    if _query(route):
        statuses |= {400, 422}
    if route.body is not None:
        statuses |= {409, 411, 413, 415, 422}
    if route.changes:
        statuses |= {409, 412, 428}
    return statuses
