"""The event contract: what an event is on the wire, and what a service declares that it emits and reads.

    envelope   CloudEvents: an event, an announcement, their ids, encoding and decoding
    kinds      the kinds of field that events have, and lists and maps whose length is checked first
    contract   event types, what a service emits and what it reads of others
    audience   which agencies may be told of a type of event, as its declaration says
    openings   what opens which kind of event to an agency: category and purposes, with the reasons
    outside    which agencies may be told of the events of all services, and what of each leaves
    older      how an event is told to whoever stays with an earlier version of its type
    published  the schemas of all services' events, as files
    asyncapi   the events of one service in AsyncAPI, for followers inside the installation
    agency_schemas, agency_asyncapi: those of what agencies are handed, one by one and as one document for tools

Nothing here knows a database or a broker.
"""

__all__ = [
    "agency_asyncapi",
    "agency_schemas",
    "asyncapi",
    "audience",
    "contract",
    "envelope",
    "kinds",
    "older",
    "openings",
    "outside",
    "published",
]
