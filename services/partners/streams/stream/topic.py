"""Routes for an agency to read its stream, and for staff to review what it received."""

from http import HTTPStatus
from typing import Final

from services.partners.agencies.agency.actions.locking import own_agency
from services.partners.streams.stream import events, rules, schemas
from services.partners.streams.stream.actions import early, history, naming, own_events, reading
from services.partners.streams.stream.actions.recording import record_delivered
from shared.events.envelope import BATCH_CONTENT_TYPE, CONTENT_TYPE
from shared.exchange import feed
from shared.http import Awaited, Call, Media, Reply, get, paging, post, route
from shared.http.paging import PAGE
from shared.runtime.topics import Topic

_FEED_HEADERS: Final = {
    "Casepath-Head": "the last position of the stream",
    "Casepath-Epochs": "the epochs of the stream, oldest first, each as `<epoch>@<position it began after>`",
}


@route(
    "GET",
    "/v1/feed",
    action="stream.read",
    query=(paging.AFTER_POSITION, paging.SINCE, paging.LIMIT, paging.WAIT),
    reply=Media(BATCH_CONTENT_TYPE, {"type": "array", "items": schemas.AgencyEvent}),
    headers=_FEED_HEADERS,
    refuses=(HTTPStatus.CONFLICT,),
)
def read_feed(call: Call) -> Reply:
    """Return the events after a position of the agency's stream, as a batch of CloudEvents.

    A placeholder of the type `position.emptied` replaces an event that the agency is no longer allowed to see. A
    position beyond the end of the stream is refused with 409, and the same headers.
    """
    agency, since = own_agency(call.principal), paging.since(call.query)
    after = paging.after(call.query, paging.place) or 0
    if since is not None:
        after = reading.position_before(call.session, agency, since)
    limit, seconds = paging.limit(call.query, reading.LARGEST_PAGE), paging.wait(call.query)
    # Read the mark before the page: an event between the two then counts as new, and the agency reads once more.
    mark = reading.marks(call.session, [agency])[agency] if seconds else ""
    page = reading.read(call.session, agency, after=after, limit=limit)
    reading.check_position(call.session, agency, after, page)
    record_delivered(call.session, agency, reading.FEED, [item.event for item in page.items])
    headers = feed.headers(page.head, page.epochs)
    batch = b"[" + b",".join(item.document for item in page.items) + b"]"
    # An empty page is not audited: it gives no access to data, and agencies poll all the time.
    awaited = Awaited(agency, mark, seconds) if seconds and not page.items else None
    return Reply(text=batch, headers=headers, about=agency, noted=bool(page.items), awaited=awaited)


TOPIC: Final = Topic(
    __name__,
    routes=(
        get(
            "stream.read",
            "/v1/events/<uuid:event>",
            reading.read_event,
            reply=Media(CONTENT_TYPE, schemas.AgencyEvent),
        ),
        get(
            "decisions.read",
            "/v1/agencies/<uuid:agency>/decisions",
            reading.read_decisions,
            query=(schemas.CASE_ASKED, *PAGE),
            reply=schemas.DecisionPage,
        ),
        post(
            "pseudonym.resolve",
            "/v1/agencies/<uuid:agency>/pseudonym-resolutions",
            naming.resolve_pseudonym,
            reads=True,
            reply=schemas.ResolvedPseudonym,
        ),
        post(
            "pseudonym.rotate",
            "/v1/agencies/<uuid:agency>/pseudonym-rotations",
            naming.rotate_pseudonyms,
            reply=schemas.RotatedPseudonyms,
        ),
        get("stream.read", "/v1/agency/renamed", naming.read_renamed, query=PAGE, reply=schemas.RenamedPage),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
    reactions=early.REACTIONS,
    loops=(lambda database, emits, _feeds: own_events.OwnEvents(database, emits), history.Histories),
    expiring=early.EXPIRING,
)
