"""A description of a service as plain data: `python -m deploy.documents.description SERVICE` prints it as JSON.

One process per service: the services' models use the same table names and can't be imported together.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from marshmallow.fields import Field

    from shared.events.contract import Emits, EventType
    from shared.events.outside import TypeDocument

CHECKOUT = Path(__file__).resolve().parents[2]


class FieldDescription(TypedDict):
    """A field of an event's data."""

    name: str
    meaning: str
    kind: str
    module: str
    many: bool
    required: bool
    nullable: bool
    code_list: str | None
    identifies: str | None


class EventDescription(TypedDict):
    """An event that a service emits, with the JSON Schema of its data: for readers, and as this release sends it."""

    name: str
    version: int
    place: str
    meaning: str
    classification: str
    protects: bool
    inside: bool
    outside: "TypeDocument"
    fields: list[FieldDescription]
    published: Mapping[str, Any]
    closed: Mapping[str, Any]


class ReadDescription(TypedDict):
    """An event of another service that this one reads."""

    key: str
    version: int


class RouteDescription(TypedDict):
    """A route, as it is declared; `name` is its operation id, `part` the part of the case that it changes."""

    name: str
    part: str | None
    method: str
    path: str
    action: str | None
    creates: bool
    changes: bool
    body: str | None


class Description(TypedDict):
    """A service: its events both ways, its access table, its routes, who sees what, its OpenAPI and AsyncAPI."""

    service: str
    purpose: str
    emits: list[EventDescription]
    reads: list[ReadDescription]
    access: dict[str, dict[str, str]]
    routes: list[RouteDescription]
    matrix: str
    openapi: Mapping[str, Any]
    asyncapi: Mapping[str, Any]


@cache
def describe_all() -> dict[str, Description]:
    """Return the description of every service by its name."""
    from services import PORTS

    return {name: describe(name) for name in PORTS}


def describe(service: str) -> Description:
    """Return the description of one service. Raises `subprocess.CalledProcessError` when it can't be imported."""
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT), "PSYCOPG_WAIT_FUNC": "wait_selector"}
    output = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "deploy.documents.description", service],
        env=environment,
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    ).stdout
    description: Description = json.loads(output)
    return description


def _describe_here(service: str) -> Description:
    from deploy.documents import event_schemas, route_matrix
    from services.registry import parts_of
    from shared.events import asyncapi
    from shared.http import openapi

    parts, service_class = parts_of(service)
    following = parts.following
    package = sys.modules[f"services.{service}"]
    return {
        "service": service,
        "purpose": (package.__doc__ or "").strip(),
        "emits": [_emitted(following.emits, event) for event in following.emits],
        "reads": [{"key": read.key, "version": read.version} for read in following.reads.reads],
        "access": {action: {role: need.name for role, need in needs.items()} for action, needs in parts.access.items()},
        "routes": _routes(service_class),
        "matrix": route_matrix.text(service, service_class, parts.access, parts.cases),
        "openapi": openapi.document(service_class),
        # Not from the published schemas: they may be older than the declarations.
        "asyncapi": asyncapi.document(
            following.emits,
            (service_class.__doc__ or "").strip(),
            lambda event: event_schemas.published(service, event),
        ),
    }


def _emitted(emits: "Emits", event: "EventType") -> EventDescription:
    from deploy.documents import event_schemas
    from shared.access.audiences import outside
    from shared.events.outside import as_document

    return {
        "name": event.name,
        "version": event.version,
        "place": event.place,
        "meaning": event.meaning,
        "classification": event.classification,
        "protects": event.protects,
        "inside": event.is_inside,
        "outside": as_document(outside(emits.service, event)),
        "fields": [_field(name, kind) for name, kind in event.schema().fields.items()],
        "published": event_schemas.published(emits.service, event),
        "closed": event_schemas.closed_form(event),
    }


def _field(name: str, kind: "Field[Any]") -> FieldDescription:
    from shared.access.declarations import declaration_of

    inner = getattr(kind, "inner", None)
    code = inner or kind
    identifier = getattr(code, "identifier", None)
    return {
        "name": name,
        "meaning": declaration_of(kind).meaning,
        "kind": type(code).__name__,
        "module": type(code).__module__,
        "many": inner is not None,
        "required": kind.required,
        "nullable": kind.allow_none,
        "code_list": getattr(code, "code_list", None),
        "identifies": None if identifier is None else identifier.value,
    }


def _routes(service_class: type) -> list[RouteDescription]:
    from shared.http.route import routes_of

    return [
        {
            "name": route.name,
            "part": route.part,
            "method": route.method,
            "path": route.path,
            "action": route.action,
            "creates": route.creates,
            "changes": route.changes,
            "body": None if route.body is None else route.body.__name__,
        }
        for route in routes_of(service_class)
    ]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_describe_here(sys.argv[1])))
