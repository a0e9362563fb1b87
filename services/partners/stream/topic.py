"""Routes for an agency's stream, and for those who look after what it was told."""

from typing import Final
from uuid import UUID

from services.partners.stream import actions, events, rules, schemas
from shared.access.permissions import NotFound
from shared.events.envelope import BATCH_CONTENT_TYPE, CONTENT_TYPE
from shared.exchange import feed
from shared.http import Awaited, Call, CallWith, Media, Reply, paging, route
from shared.http.paging import PAGE, read_page
from shared.runtime.topics import Topic

_FEED_HEADERS: Final = {
    "Casepath-Head": "the last position of the stream",
    "Casepath-Epochs": "the lives of the stream, oldest first, each as `<epoch>@<position it began after>`",
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
    """Return the agency's stream from a position on, as a batch of CloudEvents.

    What may not be told any more leaves its position empty: an event of the type `position.emptied`.
    """
    agency, after = _own(call), paging.after(call.query, paging.place) or 0
    limit, seconds = paging.limit(call.query, actions.LARGEST_PAGE), paging.wait(call.query)
    # Read first: what comes between the two is taken for new, and asked for once more.
    mark = actions.marks(call.session, [agency])[agency] if seconds else ""
    page = actions.read(call.session, agency, after=after, limit=limit)
    headers = feed.headers(page.head, page.epochs)
    batch = b"[" + b",".join(item.document for item in page.items) + b"]"
    # That a reader found nothing new is no access to anybody's data, and readers look again for ever.
    awaited = Awaited(agency, mark, seconds) if seconds and not page.items else None
    return Reply(text=batch, headers=headers, about=agency, noted=bool(page.items), awaited=awaited)


@route(
    "GET",
    "/v1/events/<uuid:event>",
    action="stream.read",
    reply=Media(CONTENT_TYPE, schemas.AgencyEvent),
)
def read_event(call: Call) -> Reply:
    """Return one event in full, by the id that the agency knows it by: what a thin event leaves out."""
    item = actions.find(call.session, _own(call), call.path["event"])
    if item is None:
        raise NotFound
    return Reply(text=item.document, about=call.principal.agency, headers={"Content-Type": CONTENT_TYPE})


@route(
    "GET",
    "/v1/agencies/<uuid:agency>/decisions",
    action="decisions.read",
    query=(schemas.CASE_ASKED, *PAGE),
    reply=schemas.DecisionPage,
)
def read_decisions(call: Call) -> Reply:
    """List what was decided about telling an agency: of whom, of which events, why, how often."""
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
    """Return whom or what an agency means by its name for them; asked with a reason, and audited on the case."""
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
    """Name everything anew for an agency, whose names somebody else may have."""
    agency: UUID = call.path["agency"]
    generation = actions.rotate(call.session, agency, call.now)
    return Reply({"generation": generation}, about=agency, noted_as=f"pseudonym.rotate.{call.command.reason}")


@route("GET", "/v1/agency/renamed", action="stream.read", query=PAGE, reply=schemas.RenamedPage)
def read_renamed(call: Call) -> Reply:
    """List how whomever the agency was told of is named since its names were made anew; nobody else is told."""
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
