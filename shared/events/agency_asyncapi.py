"""AsyncAPI 3.0 document of the events for agencies over all three channels: webhook, feed and queue. Pure.

The document for one agency contains the types that its agreements allow.
"""

from collections.abc import Mapping
from typing import Final

from shared.events.agency_schemas import AgencySchema

_SERVERS: Final[Mapping[str, Mapping[str, object]]] = {
    "webhook": {
        "host": "{endpoint}",
        "protocol": "https",
        "description": "Your own address. Each event is posted to it, with a signature of Standard Webhooks.",
        "variables": {"endpoint": {"description": "Its host and path.", "default": "agency.example/events"}},
    },
    "feed": {
        "host": "{installation}",
        "protocol": "https",
        "description": "The API for agencies of the installation. Read from any position with your key.",
        "variables": {"installation": {"description": "Its host and port.", "default": "127.0.0.1:8104"}},
    },
    "queue": {
        "host": "{broker}",
        "protocol": "amqps",
        "description": "The broker of the installation, in a virtual host for agencies only.",
        "variables": {"broker": {"description": "Its host and port.", "default": "127.0.0.1:5671"}},
    },
}
_ADDRESSES: Final[Mapping[str, str | None]] = {"webhook": None, "feed": "/v1/feed", "queue": None}
_UUID: Final[Mapping[str, object]] = {"type": "string", "format": "uuid"}
#: The minimum attributes of each event; there can be more.
_ATTRIBUTES: Final[Mapping[str, Mapping[str, object]]] = {
    "specversion": {"const": "1.0"},
    "id": {**_UUID, "description": "The same for each copy of this event, and in no other agency's stream."},
    "source": {"type": "string"},
    "type": {"type": "string"},
    "subject": {**_UUID, "description": "The person or record that it concerns, by your agency's own reference."},
    "time": {"type": "string", "format": "date-time", "description": "The hour in which it was added to your stream."},
    "datacontenttype": {"const": "application/json"},
    "dataschema": {"type": "string", "format": "uri"},
    "sequence": {"type": "string", "pattern": r"^\d{20}$", "description": "Its position in your stream, without gaps."},
    "logepoch": {**_UUID, "description": "Changes when your stream was restored from a backup."},
}
_REQUIRED: Final = ("specversion", "id", "source", "type", "time", "sequence", "logepoch")


def document(types: Mapping[str, AgencySchema]) -> Mapping[str, object]:
    """Return the AsyncAPI document of some types, each with its schema for agencies."""
    messages = {_identifier(name): _message(name, schema) for name, schema in types.items()}
    data = {_identifier(name): _data(schema) for name, schema in types.items()}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Casepath events for agencies",
            "version": "1",
            "description": "Events that an agency is allowed to receive, as the person agreed. All channels deliver "
            "the same bytes. A version only gains optional fields.",
        },
        "defaultContentType": "application/cloudevents+json",
        "servers": {way: dict(server) for way, server in _SERVERS.items()},
        "channels": {way: _channel(way, messages) for way in _SERVERS},
        "operations": {
            f"hand_over_by_{way}": {"action": "send", "channel": {"$ref": f"#/channels/{way}"}} for way in _SERVERS
        },
        # Leave out schemas if there is no type, because nothing would refer to them.
        "components": {"schemas": {"attributes": _attributes(), **data} if data else {}, "messages": messages},
    }


def _identifier(name: str) -> str:
    return name.removeprefix("org.casepath.").replace(".", "_")


def _channel(way: str, messages: Mapping[str, object]) -> Mapping[str, object]:
    return {
        "address": _ADDRESSES[way],
        "servers": [{"$ref": f"#/servers/{way}"}],
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
    }


def _message(name: str, schema: AgencySchema) -> Mapping[str, object]:
    own = {
        "source": {"const": f"/casepath/{name.split('.')[2]}"},
        "type": {"const": name},
        "data": {"$ref": f"#/components/schemas/{_identifier(name)}"},
    }
    both = [
        {"$ref": "#/components/schemas/attributes"},
        {"type": "object", "required": list(own), "properties": own},
    ]
    return {
        "name": name,
        "summary": schema["description"],
        "contentType": "application/cloudevents+json",
        "payload": {"allOf": both},
    }


def _data(schema: AgencySchema) -> Mapping[str, object]:
    """Return a schema as a part of the document, without its own address."""
    return {name: part for name, part in schema.items() if name not in ("$schema", "$id")}


def _attributes() -> Mapping[str, object]:
    properties = {name: dict(attribute) for name, attribute in _ATTRIBUTES.items()}
    return {"type": "object", "required": list(_REQUIRED), "properties": properties}
