"""Routes for a service's own documents: OpenAPI, event schemas, and a page to read."""

from typing import Any

from marshmallow import fields

from shared.access.declarations import declare
from shared.access.views import View
from shared.events import published
from shared.http import Call, Media, Refused, Reply, openapi, route
from shared.http.documents import reading_page
from shared.runtime.process import Process

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class OpenApiDocument(View):
    """An OpenAPI document; its own specification says what is in it."""

    openapi = declare(fields.String(), None, "The version of the specification.", example="3.1.0")
    info = declare(fields.Dict(), None, "Title and version.")
    paths = declare(fields.Dict(), None, "The routes.")
    components = declare(fields.Dict(), None, "What they share.")


class JsonSchema(View):
    """A JSON Schema; its own specification says what is in it."""

    dialect = declare(fields.String(data_key="$schema"), None, "The dialect.", example=_DIALECT)
    address = declare(fields.String(data_key="$id"), None, "The event's `dataschema`.", example="urn:casepath:schema")
    description = declare(fields.String(), None, "What the event means.")
    title = declare(fields.String(), None, "The event's name and version.", example="contact.opened.v1")
    any_of = declare(
        fields.List(fields.Dict(), data_key="anyOf"),
        None,
        "Its data: what any release of this version sends, or nothing once its subject was erased.",
    )


class OperatedDocuments:
    """The routes, for a service class that has an `edge` and its `process`."""

    process: Any

    @route("GET", "/openapi.json", action=None, reply=OpenApiDocument)
    def openapi(self, _call: Call) -> Reply:
        """Return this service's OpenAPI document."""
        return Reply(openapi.document(type(self)), plain=True)

    @route("GET", "/docs", action=None, reply=Media("text/html"))
    def documents(self, _call: Call) -> Reply:
        """Return a page that lists the routes and events of this service."""
        process: Process = self.process
        page = reading_page(type(self), process.parts.following.emits)
        return Reply(text=page.encode(), headers={"Content-Type": "text/html; charset=utf-8"})

    @route("GET", "/v1/schemas/<string:address>", action=None, reply=Media(published.CONTENT_TYPE, JsonSchema))
    def schema(self, call: Call) -> Reply:
        """Resolve the `dataschema` of an event of any service."""
        schema = published.schema(call.path["address"])
        if schema is None:
            raise Refused(404, "Not found", "No event of Casepath has a schema of that name.")
        return Reply(text=schema, headers={"Content-Type": published.CONTENT_TYPE})
