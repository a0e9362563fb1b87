"""A service's OpenAPI document, drawn from its routes and the schemas that check them."""

import re
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema

from shared.web.route import Route, routes_of

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


def document(service_class: Any) -> dict[str, Any]:
    """Draw the document of a service class."""
    plugin = MarshmallowPlugin(schema_name_resolver=_schema_name)
    title = f"Casepath {service_class.name}"
    spec = APISpec(title=title, version="1", openapi_version="3.1.0", plugins=[plugin])
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})
    spec.components.schema("Problem", _PROBLEM)
    for route in routes_of(service_class):
        spec.path(_PARAMETER.sub(r"{\2}", route.path), operations={route.method.lower(): _operation(route)})
    found: dict[str, Any] = spec.to_dict()
    return found


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


def _header(name: str, meaning: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": True, "description": meaning, "schema": {"type": "string"}}


def _responses(route: Route) -> dict[str, Any]:
    problem = {"content": {"application/problem+json": {"schema": "Problem"}}}
    found: dict[str, Any] = {"201" if route.creates else "200": {"description": "Done."}}
    if route.action is not None:
        found["401"] = {"description": "No token that counts.", **problem}
        found["404" if route.about_case else "403"] = {"description": "Not there, or not for you.", **problem}
    if route.body is not None:
        found["422"] = {"description": "A field or a rule stands against it; `errors` says which.", **problem}
    if route.changes:
        found["412"] = {"description": "The case has changed since it was read.", **problem}
        found["428"] = {"description": "If-Match is missing.", **problem}
    return found
