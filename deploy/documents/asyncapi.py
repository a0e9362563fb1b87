"""`docs/asyncapi/<service>.json`: the events of one service in AsyncAPI 3.0."""

from deploy.documents.description import Description, EventDescription

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


def document(described: Description) -> dict[str, object]:
    """Return the AsyncAPI document of one described service, without the events that stay inside the installation."""
    service = described["service"]
    events = [event for event in described["emits"] if not event["inside"]]
    names = [_identifier(event) for event in events]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": f"Casepath {service} events",
            "version": "1",
            "description": f"{described['purpose']} {_SEALED}",
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": {name: _channel(service, name, event) for name, event in zip(names, events, strict=True)},
        "operations": {
            f"publish_{name}": {"action": "send", "channel": {"$ref": f"#/channels/{name}"}} for name in names
        },
        "components": {
            "schemas": {"attributes": _attributes()},
            "messages": {name: _message(service, event) for name, event in zip(names, events, strict=True)},
        },
    }


def _identifier(event: EventDescription) -> str:
    return f"{event['name'].replace('.', '_')}_v{event['version']}"


def _channel(service: str, name: str, event: EventDescription) -> dict[str, object]:
    exchange = {"name": f"{service}.events", "type": "topic", "durable": True}
    return {
        "address": f"{event['name']}.v{event['version']}",
        "messages": {name: {"$ref": f"#/components/messages/{name}"}},
        "bindings": {"amqp": {"is": "routingKey", "exchange": exchange, "bindingVersion": "0.3.0"}},
    }


def _message(service: str, event: EventDescription) -> dict[str, object]:
    kind = f"org.casepath.{service}.{event['name']}.v{event['version']}"
    own = {
        "source": {"const": f"/casepath/{service}"},
        "type": {"const": kind},
        "data": {"anyOf": event["published"]["anyOf"]},
    }
    payload = {
        "allOf": [
            {"$ref": "#/components/schemas/attributes"},
            {"type": "object", "required": list(own), "properties": own},
        ]
    }
    return {
        "name": kind,
        "summary": event["meaning"],
        "contentType": "application/cloudevents+json",
        "payload": payload,
    }


def _attributes() -> dict[str, object]:
    required = [name for name in ATTRIBUTES if name not in _OPTIONAL]
    return {"type": "object", "required": required, "properties": ATTRIBUTES}
