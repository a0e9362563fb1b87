"""Routes for a service's own documents: OpenAPI, AsyncAPI, event schemas, and a page to read."""

import functools
import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from marshmallow import fields

from shared.access.declarations import declare
from shared.access.views import View
from shared.events import asyncapi, published
from shared.events.contract import Emits, EventType
from shared.events.envelope import schema_address
from shared.http import Call, Media, Refused, Reply, openapi, route
from shared.http.documents import agencies_page, reading_page
from shared.runtime.process import Process

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class OpenApiDocument(View):
    """An OpenAPI document; the OpenAPI specification defines its content."""

    openapi = declare(fields.String(), None, "The version of the specification.", example="3.1.0")
    info = declare(fields.Dict(), None, "Title and version.")
    servers = declare(fields.List(fields.Dict()), None, "The addresses of the service.")
    tags = declare(fields.List(fields.Dict()), None, "The topics of the routes.")
    paths = declare(fields.Dict(), None, "The routes.")
    components = declare(fields.Dict(), None, "What they share.")


class AsyncApiDocument(View):
    """An AsyncAPI document; the AsyncAPI specification defines its content."""

    asyncapi = declare(fields.String(), None, "The version of the specification.", example="3.0.0")
    info = declare(fields.Dict(), None, "Title and version.")
    default_content_type = declare(
        fields.String(data_key="defaultContentType"),
        None,
        "The content type of every message.",
        example="application/cloudevents+json",
    )
    channels = declare(fields.Dict(), None, "The routing key of each event type.")
    operations = declare(fields.Dict(), None, "What the service publishes.")
    components = declare(fields.Dict(), None, "The events, and the schemas of their data.")


class JsonSchema(View):
    """A JSON Schema; the JSON Schema specification defines its content."""

    dialect = declare(fields.String(data_key="$schema"), None, "The dialect.", example=_DIALECT)
    address = declare(fields.String(data_key="$id"), None, "The event's `dataschema`.", example="urn:casepath:schema")
    description = declare(fields.String(), None, "What the event means.")
    title = declare(fields.String(), None, "The event's name and version.", example="contact.opened.v1")
    any_of = declare(
        fields.List(fields.Dict(), data_key="anyOf"),
        None,
        "Its data: what any release of this version sends, or nothing once its subject was erased.",
    )


@dataclass(frozen=True)
class Document:
    """A document that is the same for every caller, as it is sent; its ETag is its digest."""

    text: bytes
    content_type: str
    etag: str

    def reply(self) -> Reply:
        """Return the reply. Its text is omitted if the caller already has it."""
        return Reply(
            text=self.text,
            headers={"Content-Type": self.content_type, "ETag": self.etag, "Cache-Control": "no-cache"},
        )


@dataclass(frozen=True)
class Documents:
    """The documents of one service: OpenAPI, AsyncAPI, and a page to read."""

    openapi: Document
    asyncapi: Document
    page: Document


@functools.cache
def documents_of(service_class: type, emits: Emits) -> Documents:
    """Build a service's documents, once for each process: it takes longer than a request is allowed to take."""
    return Documents(
        openapi=document_of(_compact(openapi.document(service_class)), "application/json"),
        asyncapi=document_of(_compact(asyncapi_of(service_class, emits)), "application/json"),
        page=document_of(reading_page(service_class, emits).encode(), "text/html; charset=utf-8"),
    )


def asyncapi_of(service_class: type, emits: Emits) -> dict[str, object]:
    """Return a service's AsyncAPI document, with the schemas that this release publishes."""

    def schema_of(event: EventType) -> Any:
        text = published.schema(schema_address(emits.service, event.name, event.version))
        return None if text is None else json.loads(text)

    return asyncapi.document(emits, (service_class.__doc__ or "").strip(), schema_of)


def _compact(document: object) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode()


def document_of(text: bytes, content_type: str) -> Document:
    """Return a document with the digest of its text."""
    return Document(text, content_type, f'"{sha256(text).hexdigest()[:32]}"')


class OperatedDocuments:
    """The routes, for a service class that has an `edge` and its `process`."""

    process: Any

    @route("GET", "/openapi.json", action=None, conditional=True, reply=OpenApiDocument)
    def openapi(self, _call: Call) -> Reply:
        """Return this service's OpenAPI document."""
        return self._documents().openapi.reply()

    @route("GET", "/asyncapi.json", action=None, conditional=True, reply=AsyncApiDocument)
    def asyncapi_document(self, _call: Call) -> Reply:
        """Return the events of this service as an AsyncAPI document."""
        return self._documents().asyncapi.reply()

    @route("GET", "/docs", action=None, conditional=True, reply=Media("text/html"))
    def documents(self, _call: Call) -> Reply:
        """Return a page that lists the routes and events of this service."""
        return self._documents().page.reply()

    @route(
        "GET",
        "/v1/schemas/<string:address>",
        action=None,
        conditional=True,
        reply=Media(published.CONTENT_TYPE, JsonSchema),
    )
    def schema(self, call: Call) -> Reply:
        """Resolve the `dataschema` of an event of any service."""
        schema = published.schema(call.path["address"])
        if schema is None:
            raise Refused(
                404,
                "Not found",
                "There is no event schema with this name. Check the name: it is the `dataschema` of an event.",
            )
        return document_of(schema, published.CONTENT_TYPE).reply()

    def _documents(self) -> Documents:
        process: Process = self.process
        service_class: Any = type(self)
        return documents_of(service_class, process.parts.following.emits)


@functools.cache
def documents_for_agencies(service_class: type) -> tuple[Document, Document]:
    """Build the OpenAPI document and the page of the routes that an agency's key opens, once for each process."""
    written = _compact(openapi.document(service_class, only_agencies=True))
    page = agencies_page(service_class).encode()
    return document_of(written, "application/json"), document_of(page, "text/html; charset=utf-8")


class AgencyDocuments:
    """The same documents for agencies, for a service class that states which actions are `for_agencies`."""

    @route("GET", "/openapi-agencies.json", action=None, conditional=True, reply=OpenApiDocument)
    def openapi_for_agencies(self, _call: Call) -> Reply:
        """Return the OpenAPI document of the routes that an agency's key opens."""
        return self._for_agencies()[0].reply()

    @route("GET", "/docs/agencies", action=None, conditional=True, reply=Media("text/html"))
    def documents_for_agencies(self, _call: Call) -> Reply:
        """Return a page that lists the routes that an agency's key opens."""
        return self._for_agencies()[1].reply()

    def _for_agencies(self) -> tuple[Document, Document]:
        service_class: Any = type(self)
        return documents_for_agencies(service_class)
