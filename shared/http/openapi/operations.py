"""One route as an operation: its id, its tag, and its request."""

import re
from collections.abc import Iterable
from typing import Final

from shared.http.openapi import schemas
from shared.http.openapi.responses import responses
from shared.http.route import Route

_IF_MATCH = "the case's ETag, as it was read"
_IF_MATCH_PART = f"{_IF_MATCH}, or that of the part (`etags`), which a change of another part leaves"
#: How an agency authenticates.
AGENCY_KEY: Final = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "cpk_<id>_<secret>",
    "description": "An agency's API key. Answers say what is left of its rate (`RateLimit`, `RateLimit-Policy`).",
}
_PARAMETER = re.compile(r"<(?:(uuid|string):)?(\w+)>")


def tags(routes: Iterable[Route]) -> list[dict[str, str]]:
    """Return the topics with their descriptions, in the order of their first routes."""
    return [
        {"name": name, "description": about}
        for name, about in {route.topic: route.about_topic for route in routes}.items()
    ]


def path_of(route: Route) -> str:
    """Return the address in OpenAPI's notation."""
    return _PARAMETER.sub(r"{\2}", route.path)


def operation(route: Route, *, for_agencies: bool = False, for_others: bool = True) -> dict[str, object]:
    """Return the operation of a route.

    `for_agencies`: an agency's key can use it; `for_others`: the document also describes tokens.
    """
    accepted = {"token": for_others, "agencyKey": for_agencies}
    schemes: list[dict[str, list[str]]] = [{name: []} for name, is_accepted in accepted.items() if is_accepted]
    described: dict[str, object] = {
        "operationId": route.name,
        "tags": [route.topic],
        "summary": route.summary,
        "parameters": _parameters(route),
        "responses": responses(route, for_agencies=for_agencies),
        "security": [],
    }
    if route.action is not None:
        described["security"] = schemes
        described["x-action"] = route.action
    if route.knows_callers:
        described["security"] = [{}, {"token": []} if for_others else {"agencyKey": []}]
    if route.body is not None:
        body = {"schema": route.body, "example": schemas.example(route.body)}
        says_something = any(field.required for field in route.body().fields.values())
        described["requestBody"] = {"required": says_something, "content": {"application/json": body}}
    return described


def _parameters(route: Route) -> list[dict[str, object]]:
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
        for name, schema, meaning in route.query
    ]
    if route.may_repeat:
        parameters.append(
            _header("Idempotency-Key", "the same for every try of one request", is_required=route.needs_key)
        )
    if route.changes:
        parameters.append(_header("If-Match", _IF_MATCH_PART if route.part else _IF_MATCH))
    if route.sets:
        parameters.append(_header("If-Match", "the ETag that was read; needed once it was set", is_required=False))
    return parameters


def _header(name: str, meaning: str, *, is_required: bool = True) -> dict[str, object]:
    return {"name": name, "in": "header", "required": is_required, "description": meaning, "schema": {"type": "string"}}
