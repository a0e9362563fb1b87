"""A service's documents for a reader: the JSON Schema of each event, and a plain page of routes and events."""

from html import escape
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from shared.events.contract import Emits
from shared.events.envelope import schema_address
from shared.http.route import routes_of


def json_schema(emits: Emits, address: str) -> dict[str, Any] | None:
    """Return the JSON Schema (2020-12) of an event's data by its `dataschema`; None if no event has that address."""
    for event_type in emits:
        if address == schema_address(emits.service, event_type.name, event_type.version):
            plugin = MarshmallowPlugin()
            APISpec(title="", version="", openapi_version="3.1.0", plugins=[plugin])
            converter: Any = plugin.converter
            schema: dict[str, Any] = converter.schema2jsonschema(event_type.schema())
            return {
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "$id": address,
                "description": event_type.meaning,
                **schema,
            }
    return None


def reading_page(service_class: Any, emits: Emits) -> str:
    """Write the page; it needs no script and fetches nothing."""
    routes = "".join(
        f"<tr><td>{route.method}</td><td><code>{escape(route.path)}</code></td><td>{escape(route.summary)}</td></tr>"
        for route in routes_of(service_class)
    )
    events = "".join(
        f"<tr><td><code>{event_type.name}.v{event_type.version}</code></td><td>{escape(event_type.place)}</td>"
        f"<td>{escape(event_type.meaning)}</td></tr>"
        for event_type in emits
    )
    name = escape(service_class.name)
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>Casepath {name}</title><h1>Casepath {name}</h1>"
        f"<p>{escape(service_class.__doc__ or '')}</p><p>Machine-readable: <a href=/openapi.json>/openapi.json</a></p>"
        f"<h2>Routes</h2><table>{routes}</table><h2>Events</h2><table>{events}</table></html>"
    )
