"""A service's documents for a reader: a plain page of routes and events."""

from collections.abc import Iterable
from html import escape
from typing import Any

from shared.events.contract import Emits
from shared.http.openapi import routes_for_agencies
from shared.http.route import Route, routes_of


def reading_page(service_class: Any, emits: Emits) -> str:
    """Write the page; it needs no script and fetches nothing."""
    routes = _rows(routes_of(service_class))
    events = "".join(
        f"<tr><td><code>{event_type.name}.v{event_type.version}</code></td><td>{escape(event_type.place)}</td>"
        f"<td>{escape(event_type.meaning)}</td></tr>"
        for event_type in emits
    )
    name = escape(service_class.name)
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>Casepath {name}</title><h1>Casepath {name}</h1>"
        f"<p>{escape(service_class.__doc__ or '')}</p><p>Machine-readable: <a href=/openapi.json>/openapi.json</a>, "
        "<a href=/asyncapi.json>/asyncapi.json</a></p>"
        f"<h2>Routes</h2><table>{routes}</table><h2>Events</h2><table>{events}</table></html>"
    )


def agencies_page(service_class: Any) -> str:
    """Write the page of the routes that an agency's key opens; it needs no script and fetches nothing."""
    return (
        "<!doctype html><html lang=en><meta charset=utf-8><title>Casepath for agencies</title>"
        "<h1>Casepath for agencies</h1><p>Send your key as <code>Authorization: Bearer</code>. Machine-readable: "
        "<a href=/openapi-agencies.json>/openapi-agencies.json</a>, "
        "<a href=/asyncapi-agencies.json>/asyncapi-agencies.json</a>. "
        "<a href=/v1/event-types>/v1/event-types</a> lists the events that you can receive.</p>"
        f"<h2>Routes</h2><table>{_rows(routes_for_agencies(service_class))}</table></html>"
    )


def _rows(routes: Iterable[Route]) -> str:
    return "".join(
        f"<tr><td>{route.method}</td><td><code>{escape(route.path)}</code></td><td>{escape(route.summary)}</td></tr>"
        for route in routes
    )
