"""Routes for an agency to read its stream, and for staff to review what it received."""

from typing import Final
from uuid import UUID

from services.partners.streams.stream import actions, events, rules, schemas
from shared.access.permissions import NotFound, existing
from shared.events.envelope import BATCH_CONTENT_TYPE, CONTENT_TYPE
from shared.exchange import feed
from shared.http import Awaited, Call, CallWith, Media, Reply, paging, route
from shared.http.paging import PAGE, read_page
from shared.runtime.topics import Topic

_FEED_HEADERS: Final = {
    "Casepath-Head": "the last position of the stream",
    "Casepath-Epochs": "the epochs of the stream, oldest first, each as `<epoch>@<position it began after>`",
}


@route(
    "GET",
    "/v1/feed",
    action="stream.read",
    query=(paging.AFTER_POSITION, paging.LIMIT, paging.WAIT),
    reply=Media(BATCH_CONTENT_TYPE, {"type": "array", "items": schemas.AgencyEvent}),
    headers=_FEED_HEADERS,
)
def read_feed(call: Call) -> Reply:
    """Return the events after a position of the agency's stream, as a batch of CloudEvents.

    A placeholder of the type `position.emptied` replaces an event that the agency is no longer allowed to see.
    """
    agency, after = _own(call), paging.after(call.query, paging.place) or 0
    limit, seconds = paging.limit(call.query, actions.LARGEST_PAGE), paging.wait(call.query)
    # Read the mark before the page: an event between the two then counts as new, and the agency reads once more.
    mark = actions.marks(call.session, [agency])[agency] if seconds else ""
    page = actions.read(call.session, agency, after=after, limit=limit)
    headers = feed.headers(page.head, page.epochs)
    batch = b"[" + b",".join(item.document for item in page.items) + b"]"
    # An empty page is not audited: it gives no access to data, and agencies poll all the time.
    awaited = Awaited(agency, mark, seconds) if seconds and not page.items else None
    return Reply(text=batch, headers=headers, about=agency, noted=bool(page.items), awaited=awaited)


@route(
    "GET",
    "/v1/events/<uuid:event>",
    action="stream.read",
    reply=Media(CONTENT_TYPE, schemas.AgencyEvent),
)
def read_event(call: Call) -> Reply:
    """Return one event in full, with the data that a thin event omits, by the agency's own id for it."""
    item = existing(actions.find(call.session, _own(call), call.path["event"]))
    return Reply(text=item.document, about=call.principal.agency, headers={"Content-Type": CONTENT_TYPE})


@route(
    "GET",
    "/v1/agencies/<uuid:agency>/decisions",
    action="decisions.read",
    query=(schemas.CASE_ASKED, *PAGE),
    reply=schemas.DecisionPage,
)
def read_decisions(call: Call) -> Reply:
    """List the gate's decisions on an agency's events: by case, event type and reason, with counts."""
    agency: UUID = call.path["agency"]
    after, limit = read_page(call.query, UUID)
    case = call.query.get("case")
    of_case = UUID(case) if case else None
    decided = actions.decisions(call.session, agency, of_case, after=after, limit=limit, to=call.principal)
    is_full = len({row["case"] for row in decided}) >= limit
    return Reply({"decisions": decided, "next": str(decided[-1]["case"]) if is_full else None}, about=agency)


@route(
    "POST",
    "/v1/agencies/<uuid:agency>/pseudonym-resolutions",
    action="pseudonym.resolve",
    body=schemas.ResolvePseudonym,
    reads=True,
    reply=schemas.ResolvedPseudonym,
)
def resolve_pseudonym(call: CallWith[schemas.ResolvePseudonym]) -> Reply:
    """Resolve an agency's pseudonym to the real id. A reason is required, and the request is audited on the case."""
    real = actions.resolve(call.session, call.path["agency"], call.command.pseudonym, to=call.principal)
    return Reply({"real": real}, about=real, noted_as=f"pseudonym.resolve.{call.command.reason}")


@route(
    "POST",
    "/v1/agencies/<uuid:agency>/pseudonym-rotations",
    action="pseudonym.rotate",
    body=schemas.RotatePseudonyms,
    reply=schemas.RotatedPseudonyms,
)
def rotate_pseudonyms(call: CallWith[schemas.RotatePseudonyms]) -> Reply:
    """Replace all pseudonyms of an agency, for example because others may know them."""
    agency: UUID = call.path["agency"]
    generation = actions.rotate(call.session, agency, call.now)
    return Reply({"generation": generation}, about=agency, noted_as=f"pseudonym.rotate.{call.command.reason}")


@route("GET", "/v1/agency/renamed", action="stream.read", query=PAGE, reply=schemas.RenamedPage)
def read_renamed(call: Call) -> Reply:
    """List the old and new pseudonyms after a rotation, of the persons that the agency received events about."""
    after, limit = read_page(call.query, UUID)
    names = actions.renamed(call.session, _own(call), call.now, after=after, limit=limit)
    following = str(names[-1]["now"]) if len(names) == limit else None
    return Reply({"names": names, "next": following}, about=call.principal.agency)


def _own(call: Call) -> UUID:
    if call.principal.agency is None:
        raise NotFound
    return call.principal.agency


TOPIC: Final = Topic(
    __name__,
    access=rules.ACCESS,
    events=events.EVENTS,
    reactions=actions.REACTIONS,
    loops=(lambda database, emits, _feeds: actions.OwnEvents(database, emits), actions.Histories),
    expiring=actions.EXPIRING,
)
