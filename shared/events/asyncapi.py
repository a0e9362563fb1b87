"""The events of one service in AsyncAPI 3.0, for followers inside the installation. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from shared.events.contract import Emits, EventType
from shared.events.envelope import type_of

ATTRIBUTES = {
    "specversion": {"const": "1.0"},
    "id": {"type": "string", "format": "uuid", "description": "The same for each copy of this event."},
    "source": {"type": "string"},
    "type": {"type": "string"},
    "subject": {"type": "string", "format": "uuid", "description": "The case."},
    "time": {"type": "string", "format": "date-time", "description": "When it was recorded, in UTC."},
    "datacontenttype": {"const": "application/json"},
    "dataschema": {"type": "string", "format": "uri"},
    "sequence": {"type": "string", "pattern": r"^\d{20}$", "description": "Its place in the source's log, no gaps."},
    "logepoch": {"type": "string", "format": "uuid", "description": "Changes when the log was restored."},
    "partitionkey": {"type": "string", "format": "uuid"},
    "correlationid": {"type": "string", "format": "uuid", "description": "Of all that one request set off."},
    "causationid": {"type": "string", "format": "uuid", "description": "The event that set this one off, if any did."},
    "dataclassification": {"type": "string"},
    "traceparent": {"type": "string", "description": "W3C trace context."},
}
_OPTIONAL = ("causationid", "traceparent")
_SEALED = (
    "On the broker each of these is sealed, as `application/vnd.casepath.sealed`, and only the services of the same"
    " installation open it; its topic is the channel's address. The feed, `GET /v1/events`, has the documents as they"
    " are described here."
)


def document(
    emits: Emits, purpose: str, schema_of: Callable[[EventType], Mapping[str, Any] | None]
) -> dict[str, object]:
    """Return the AsyncAPI document of one service.

    Args:
        emits: The events of the service. Internal types are left out.
        purpose: The purpose of the service, in one or more sentences.
        schema_of: Returns the open schema of a type's data. Types without one are left out.
    """
    schemas = [(event, schema_of(event)) for event in emits if not event.is_inside]
    events = {_identifier(event): (event, schema) for event, schema in schemas if schema is not None}
    service = emits.service
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": f"Casepath {service} events",
            "version": "1",
            "description": f"{purpose} {_SEALED}",
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": {name: _channel(service, name, event) for name, (event, _) in events.items()},
        "operations": {
            f"publish_{name}": {"action": "send", "channel": {"$ref": f"#/channels/{name}"}} for name in events
        },
        "components": {
            "schemas": {"attributes": _attributes()},
            "messages": {name: _message(service, event, schema) for name, (event, schema) in events.items()},
        },
    }


def _identifier(event: EventType) -> str:
    return f"{event.name.replace('.', '_')}_v{event.version}"


def _channel(service: str, name: str, event: EventType) -> dict[str, object]:
    exchange = {"name": f"{service}.events", "type": "topic", "durable": True}
    return {
        "address": f"{event.name}.v{event.version}",
        "messages": {name: {"$ref": f"#/components/messages/{name}"}},
        "bindings": {"amqp": {"is": "routingKey", "exchange": exchange, "bindingVersion": "0.3.0"}},
    }


def _message(service: str, event: EventType, schema: Mapping[str, Any]) -> dict[str, object]:
    kind = type_of(service, event.name, event.version)
    own = {
        "source": {"const": f"/casepath/{service}"},
        "type": {"const": kind},
        "data": {"anyOf": schema["anyOf"]},
    }
    payload = {
        "allOf": [
            {"$ref": "#/components/schemas/attributes"},
            {"type": "object", "required": list(own), "properties": own},
        ]
    }
    return {
        "name": kind,
        "summary": event.meaning,
        "contentType": "application/cloudevents+json",
        "payload": payload,
    }


def _attributes() -> dict[str, object]:
    required = [name for name in ATTRIBUTES if name not in _OPTIONAL]
    return {"type": "object", "required": required, "properties": ATTRIBUTES}
