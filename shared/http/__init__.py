"""HTTP manners, the same in every service: tokens, access, idempotency, versions, problem details, OpenAPI."""

from shared.http import part_versions, shown_case
from shared.http.admitting import NO_CASES, Cases
from shared.http.binding import Bound, Created, Unbindable, bind, delete, get, post, with_routes
from shared.http.commands import Command, optional, required
from shared.http.edge import Edge, RequestPipeline
from shared.http.form_listener import FormListener
from shared.http.idempotency import KeyUsed
from shared.http.matching import check_unchanged
from shared.http.metrics_listener import MetricsListener
from shared.http.pieces import CallInPieces, Pieces
from shared.http.problems import Refused, problem_type
from shared.http.rates import AskedTooOften, Rate, TokenBuckets
from shared.http.route import Call, CallWith, Media, Preparing, Query, Reply, Route, route, routes_of
from shared.http.server.waits import Awaited

__all__ = [
    "NO_CASES",
    "AskedTooOften",
    "Awaited",
    "Bound",
    "Call",
    "CallInPieces",
    "CallWith",
    "Cases",
    "Command",
    "Created",
    "Edge",
    "FormListener",
    "KeyUsed",
    "Media",
    "MetricsListener",
    "Pieces",
    "Preparing",
    "Query",
    "Rate",
    "Refused",
    "Reply",
    "RequestPipeline",
    "Route",
    "TokenBuckets",
    "Unbindable",
    "bind",
    "check_unchanged",
    "delete",
    "get",
    "headers",
    "openapi",
    "optional",
    "paging",
    "part_versions",
    "post",
    "problem_type",
    "required",
    "route",
    "routes_of",
    "sheets",
    "shown_case",
    "with_routes",
    "words",
]
