"""Routes for a service's own documents: OpenAPI, event schemas, and a page to read."""

from typing import Any

from shared.http import Call, Refused, Reply, openapi, route
from shared.http.documents import json_schema, reading_page
from shared.runtime.process import Process


class OperatedDocuments:
    """The routes, for a service class that has an `edge` and its `process`."""

    process: Any

    @route("GET", "/openapi.json", action=None)
    def openapi(self, _call: Call) -> Reply:
        """Return this service's OpenAPI document."""
        return Reply(openapi.document(type(self)))

    @route("GET", "/docs", action=None)
    def documents(self, _call: Call) -> Reply:
        """Return a page that lists the routes and events of this service."""
        process: Process = self.process
        page = reading_page(type(self), process.parts.following.emits)
        return Reply(text=page.encode(), headers={"Content-Type": "text/html; charset=utf-8"})

    @route("GET", "/v1/schemas/<string:address>", action=None)
    def schema(self, call: Call) -> Reply:
        """Resolve an event's `dataschema`."""
        process: Process = self.process
        document = json_schema(process.parts.following.emits, call.path["address"])
        if document is None:
            raise Refused(404, "Not found", "No event of this service has a schema of that name.")
        return Reply(document)
