"""A service's OpenAPI document, generated from its routes and from the schemas of their requests and replies.

operations   one route: its request
responses    its responses
schemas      fields as the document shows them, and examples
"""

from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import fields

from shared.access.agency_fields import AgencyNamed
from shared.http.openapi import operations, problems, schemas
from shared.http.route import Route, routes_of


def routes_for_agencies(service_class: Any) -> list[Route]:
    """Return the routes of a service that an agency's key opens, and the open ones that answer a key differently."""
    return [
        route for route in routes_of(service_class) if route.action in service_class.for_agencies or route.knows_callers
    ]


def document(service_class: Any, *, only_agencies: bool = False) -> schemas.Document:
    """Build the OpenAPI document of a service class. It can also mark the actions that are `for_agencies`.

    `only_agencies`: only the routes that an agency's key opens.
    """
    plugin = MarshmallowPlugin(schema_name_resolver=schemas.name_of)
    routes = routes_for_agencies(service_class) if only_agencies else routes_of(service_class)
    spec = APISpec(
        title="Casepath for agencies" if only_agencies else f"Casepath {service_class.name}",
        version="1",
        openapi_version="3.1.0",
        plugins=[plugin],
        info={"description": (service_class.__doc__ or "").strip()},
        servers=[{"url": "/", "description": "The service that serves this document."}],
        tags=operations.tags(routes),
    )
    converter: Any = plugin.converter
    converter.map_to_openapi_type(AgencyNamed, "string", None)
    # An amount is a string: clients read a JSON number as a binary fraction, which loses cents.
    converter.map_to_openapi_type(fields.Decimal, "string", "decimal")
    converter.add_attribute_function(schemas.labelled)
    converter.add_attribute_function(schemas.declared)
    token = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "The caller's access token."}
    if not only_agencies:
        spec.components.security_scheme("token", token)
    for name, schema in problems.SCHEMAS.items():
        spec.components.schema(name, schema)
    for_agencies: frozenset[str] = getattr(service_class, "for_agencies", frozenset())
    answered = problems.named_by(routes)
    for name, response in (problems.with_rates() if for_agencies else problems.RESPONSES).items():
        if name in answered:
            spec.components.response(name, response)
    if for_agencies:
        spec.components.security_scheme("agencyKey", operations.AGENCY_KEY)
    for route in routes:
        is_theirs = route.action in for_agencies
        operation = operations.operation(route, for_agencies=is_theirs, for_others=not only_agencies)
        spec.path(operations.path_of(route), operations={route.method.lower(): operation})
    written: schemas.Document = spec.to_dict()
    views = [route.reply for route in routes if isinstance(route.reply, type)]
    schemas.allow_withholding(written["components"]["schemas"], views)
    return written
