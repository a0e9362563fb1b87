"""HTTP manners, the same in every service: tokens, access, idempotency, versions, problem details, OpenAPI."""

from shared.web.edge import Cases, Door, Edge
from shared.web.problems import Refused
from shared.web.route import Call, Reply, Route, route, routes_of

__all__ = ["Call", "Cases", "Door", "Edge", "Refused", "Reply", "Route", "route", "routes_of"]
