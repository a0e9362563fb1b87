"""Routes for what agencies may hear of: open to all, and with a key of an agency, of what that one may."""

from typing import Final

from services.partners.streams.event_type import actions, schemas
from shared.http import Call, Media, Reply, headers, route
from shared.runtime.topics import Topic

_TYPES: Final = "/v1/event-types"


@route("GET", _TYPES, action=None, knows_callers=True, conditional=True, reply=schemas.EventTypes)
def event_types(call: Call) -> Reply:
    """List the types of event that agencies may hear of; with an agency's key, those that it may by its agreements."""
    return actions.listed(actions.heard_by(call.session, call.principal.agency, call.now)).reply()


@route("GET", f"{_TYPES}/<string:type>", action=None, conditional=True, reply=Media("text/html"))
def event_type(call: Call) -> Reply:
    """Return a page about a type: what happened, each field, each code with its words, and a sample."""
    reply = actions.page(call.path["type"], call.language).reply()
    reply.headers.update(headers.of_language(call.language))
    return reply


@route(
    "GET", "/asyncapi-agencies.json", action=None, knows_callers=True, conditional=True, reply=schemas.AgencyAsyncApi
)
def asyncapi(call: Call) -> Reply:
    """Return what agencies may be handed as AsyncAPI; with an agency's key, what that one may by its agreements."""
    return actions.asyncapi(actions.heard_by(call.session, call.principal.agency, call.now)).reply()


TOPIC: Final = Topic(__name__)
