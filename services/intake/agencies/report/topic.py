"""Routes for referrals that agencies' own systems offer, and for events about agencies' reports."""

from typing import Final

from services.intake.agencies.report import actions, events, rules, schemas
from services.intake.agencies.report.actions import offers
from shared.http import get, post
from shared.http.paging import PAGE
from shared.runtime.topics import Topic

OFFERS: Final = "/v1/offered-referrals"

OFFER: Final = f"{OFFERS}/<uuid:offer>"


TOPIC: Final = Topic(
    __name__,
    routes=(
        get(
            "offer.read",
            OFFERS,
            offers.list_offers,
            query=(schemas.STATE_ASKED, *PAGE),
            reply=schemas.OfferPage,
        ),
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
