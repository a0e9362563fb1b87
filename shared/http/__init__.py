"""HTTP manners, the same in every service: tokens, access, idempotency, versions, problem details, OpenAPI."""

from shared.http.edge import Cases, Edge, RequestPipeline
from shared.http.problems import Refused
from shared.http.route import Call, Reply, Route, route, routes_of, with_routes

__all__ = [
    "Call",
    "Cases",
    "Edge",
    "Refused",
    "Reply",
    "RequestPipeline",
    "Route",
    "paging",
    "route",
    "routes_of",
    "with_routes",
    "words",
]
