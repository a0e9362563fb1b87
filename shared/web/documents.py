"""What a service says of itself to a reader: the JSON Schema of each event, and a plain page of routes and events."""

from html import escape
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from shared.contract import Emits
from shared.envelope import schema_address
from shared.web.route import routes_of


def json_schema(emits: Emits, address: str) -> dict[str, Any] | None:
    """Give the JSON Schema (2020-12) of an event's data by its `dataschema`; None if no event has that address."""
    for each in emits:
        if address == schema_address(emits.service, each.name, each.version):
            plugin = MarshmallowPlugin()
            APISpec(title="", version="", openapi_version="3.1.0", plugins=[plugin])
            converter: Any = plugin.converter
            found: dict[str, Any] = converter.schema2jsonschema(each.schema())
            return {
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "$id": address,
                "description": each.meaning,
                **found,
            }
    return None


def reading_page(service_class: Any, emits: Emits) -> str:
    """Write the page; it needs no script and fetches nothing."""
    routes = "".join(
        f"<tr><td>{each.method}</td><td><code>{escape(each.path)}</code></td><td>{escape(each.summary)}</td></tr>"
        for each in routes_of(service_class)
    )
    events = "".join(
        f"<tr><td><code>{each.name}.v{each.version}</code></td><td>{escape(each.place)}</td>"
        f"<td>{escape(each.meaning)}</td></tr>"
        for each in emits
    )
    name = escape(service_class.name)
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>Casepath {name}</title><h1>Casepath {name}</h1>"
        f"<p>{escape(service_class.__doc__ or '')}</p><p>Machine-readable: <a href=/openapi.json>/openapi.json</a></p>"
        f"<h2>Routes</h2><table>{routes}</table><h2>Events</h2><table>{events}</table></html>"
    )
