"""Routes for a service's own documents: OpenAPI, event schemas, and a page to read."""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from marshmallow import fields

from shared.access.declarations import declare
from shared.access.views import View
from shared.events.contract import Emits
from shared.events.envelope import schema_address
from shared.http import Call, Media, Refused, Reply, openapi, route
from shared.http.documents import json_schema, reading_page
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
    type = declare(fields.String(), None, "`object`.", example="object")
    properties = declare(fields.Dict(), None, "Its fields.")


@dataclass(frozen=True)
class Document:
    """A document that is the same for everybody, as it goes out; its ETag is a digest of it."""

    text: bytes
    content_type: str
    etag: str

    def reply(self) -> Reply:
        """Return the reply, which is left out where the caller has it already."""
        return Reply(
            text=self.text,
            headers={"Content-Type": self.content_type, "ETag": self.etag, "Cache-Control": "no-cache"},
        )


@dataclass(frozen=True)
class Documents:
    """The documents of one service: OpenAPI, a page to read, and the schemas of its events by their address."""

    openapi: Document
    page: Document
    schemas: Mapping[str, Document]


@functools.cache
def documents_of(service_class: type, emits: Emits) -> Documents:
    """Draw a service's documents, once for each process: it takes longer than any request may."""
    addresses = [schema_address(emits.service, event.name, event.version) for event in emits]
    return Documents(
        openapi=_json(openapi.document(service_class)),
        page=_document(reading_page(service_class, emits).encode(), "text/html; charset=utf-8"),
        schemas={address: _json(json_schema(emits, address) or {}) for address in addresses},
    )


def _json(document: Mapping[str, object]) -> Document:
    return _document(json.dumps(document, separators=(",", ":")).encode(), "application/json")


def _document(text: bytes, content_type: str) -> Document:
    return Document(text, content_type, f'"{sha256(text).hexdigest()[:32]}"')


class OperatedDocuments:
    """The routes, for a service class that has an `edge` and its `process`."""

    process: Any

    @route("GET", "/openapi.json", action=None, conditional=True, reply=OpenApiDocument)
    def openapi(self, _call: Call) -> Reply:
        """Return this service's OpenAPI document."""
        return self._documents().openapi.reply()

    @route("GET", "/docs", action=None, conditional=True, reply=Media("text/html"))
    def documents(self, _call: Call) -> Reply:
        """Return a page that lists the routes and events of this service."""
        return self._documents().page.reply()

    @route("GET", "/v1/schemas/<string:address>", action=None, conditional=True, reply=JsonSchema)
    def schema(self, call: Call) -> Reply:
        """Resolve an event's `dataschema`."""
        document = self._documents().schemas.get(call.path["address"])
        if document is None:
            raise Refused(404, "Not found", "No event of this service has a schema of that name.")
        return document.reply()

    def _documents(self) -> Documents:
        process: Process = self.process
        service_class: Any = type(self)
        return documents_of(service_class, process.parts.following.emits)
