"""The event contract: the wire format of events, and each service's declaration of the events it emits and reads.

    envelope   CloudEvents: events, announcements, ids, encoding and decoding
    kinds      the kinds of field that events can have, and lists and maps that check their length first
    contract   event types, and the events that a service emits and reads
    audience   which agencies can receive an event type, as its declaration specifies
    openings   the data category and purposes that each kind of event requires, with the reasons
    outside    the events of all services as agencies can receive them, field by field
    narrowing  what a consent names beyond its purposes, and the events that it then opens
    older      events in the earlier versions that some agencies still use
    published  the JSON Schemas of all services' events, as files
    asyncapi   the events of one service in AsyncAPI, for followers inside the installation
    agency_schemas, agency_asyncapi: the events for agencies, as separate schemas and as one AsyncAPI document

This package uses neither a database nor a broker.
"""

__all__ = [
    "agency_asyncapi",
    "agency_schemas",
    "asyncapi",
    "audience",
    "contract",
    "envelope",
    "kinds",
    "narrowing",
    "older",
    "openings",
    "outside",
    "published",
]
