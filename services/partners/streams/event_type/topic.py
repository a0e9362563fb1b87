"""Routes for the event types that agencies can receive: all types, or with an agency's key its own."""

from typing import Final

from services.partners.streams.event_type import actions, schemas
from shared.http import Call, Media, Reply, headers, route
from shared.runtime.topics import Topic

_TYPES: Final = "/v1/event-types"


@route("GET", _TYPES, action=None, knows_callers=True, conditional=True, reply=schemas.EventTypes)
def event_types(call: Call) -> Reply:
    """List the event types that agencies can receive; with an agency's key, those of its agreements."""
    return actions.listed(actions.heard_by(call.session, call.principal.agency, call.now)).reply()


@route("GET", f"{_TYPES}/<string:type>", action=None, conditional=True, reply=Media("text/html"))
def event_type(call: Call) -> Reply:
    """Return a page about an event type: meaning, fields, codes with labels, and a sample."""
    reply = actions.page(call.path["type"], call.language).reply()
    reply.headers.update(headers.of_language(call.language))
    return reply


@route(
    "GET", "/asyncapi-agencies.json", action=None, knows_callers=True, conditional=True, reply=schemas.AgencyAsyncApi
)
def asyncapi(call: Call) -> Reply:
    """Return the AsyncAPI document for agencies; with an agency's key, only the types of its agreements."""
    return actions.asyncapi(actions.heard_by(call.session, call.principal.agency, call.now)).reply()


TOPIC: Final = Topic(__name__)
