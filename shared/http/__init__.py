"""HTTP manners, the same in every service: tokens, access, idempotency, versions, problem details, OpenAPI."""

from shared.http.commands import Command, optional, required
from shared.http.edge import Cases, Edge, RequestPipeline
from shared.http.problems import Refused
from shared.http.route import Call, CallWith, Media, Reply, Route, route, routes_of, with_routes

__all__ = [
    "Call",
    "CallWith",
    "Cases",
    "Command",
    "Edge",
    "Media",
    "Refused",
    "Reply",
    "RequestPipeline",
    "Route",
    "openapi",
    "optional",
    "paging",
    "required",
    "route",
    "routes_of",
    "sheets",
    "with_routes",
    "words",
]
