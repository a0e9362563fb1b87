"""Routes for referrals that agencies' own systems offer, and for events about agencies' reports."""

from typing import Final

from services.intake.agencies.consent.rules import read_place
from services.intake.agencies.report import actions, events, rules, schemas
from services.intake.agencies.report.actions import offers
from shared.http import Call, Reply, get, post, route
from shared.http.paging import PAGE, read_page
from shared.runtime.topics import Topic

OFFERS: Final = "/v1/offered-referrals"

OFFER: Final = f"{OFFERS}/<uuid:offer>"


@route("GET", OFFERS, action="offer.read", query=(schemas.STATE_ASKED, *PAGE), reply=schemas.OfferPage)
def list_offers(call: Call) -> Reply:
    """List undecided referrals that agencies offer, soonest due first."""
    after, limit = read_page(call.query, read_place)
    listed, following = offers.page(call.session, call.query.get("state"), after, limit, call.now)
    return Reply({"offers": listed, "next": following})


TOPIC: Final = Topic(
    __name__,
    routes=(
        get("offer.read", OFFER, offers.shown, name="show_offer", about="offer", reply=schemas.ListedOffer),
        post(
            "offer.decide",
            f"{OFFER}/questions",
            offers.ask,
            name="ask_agency",
            about="offer",
            changes=True,
            reply=schemas.DecidedOffer,
        ),
        post(
            "offer.decide",
            f"{OFFER}/refusal",
            offers.decline,
            name="decline_offer",
            about="offer",
            changes=True,
            reply=schemas.DecidedOffer,
        ),
    ),
    events=events.EVENTS,
    reads=events.READS,
    reactions=(
        *actions.REACTIONS,
        *offers.REACTIONS,
    ),
    access=rules.ACCESS,
)
