"""Routes for referrals that agencies' own systems offer, and what is read of agencies' reports."""

from typing import Final
from uuid import UUID

from services.intake.agencies.consent.rules import read_place
from services.intake.agencies.report import actions, events, rules, schemas
from services.intake.agencies.report.actions import offers
from shared.http import Call, CallWith, Reply, check_unchanged, route
from shared.http.paging import PAGE, read_page
from shared.runtime.topics import Topic

OFFERS: Final = "/v1/offered-referrals"

OFFER: Final = f"{OFFERS}/<uuid:offer>"


@route("GET", OFFERS, action="offer.read", query=(schemas.STATE_ASKED, *PAGE), reply=schemas.OfferPage)
def list_offers(call: Call) -> Reply:
    """List the referrals that agencies offer and nobody has decided on, the first due first."""
    after, limit = read_page(call.query, read_place)
    listed, following = offers.page(call.session, call.query.get("state"), after, limit, call.now)
    return Reply({"offers": listed, "next": following})


@route("GET", OFFER, action="offer.read", reply=schemas.ListedOffer)
def show_offer(call: Call) -> Reply:
    """Show an offered referral; its ETag is for what is asked or decided."""
    offer: UUID = call.path["offer"]
    shown, version = offers.shown(call.session, offer, call.now)
    return Reply(shown, version=version, about=offer)


@route(
    "POST",
    f"{OFFER}/questions",
    action="offer.decide",
    body=schemas.AskAgency,
    reply=schemas.DecidedOffer,
    changes=True,
)
def ask_agency(call: CallWith[schemas.AskAgency]) -> Reply:
    """Ask the agency for more before its referral is decided on; it answers by itself, or is called back."""
    offer = offers.locked(call.session, call.path["offer"])
    check_unchanged(call.if_match, offer.version)
    version = offers.ask(call.session, offer, call.command.asked)
    return Reply({"id": offer.id}, version=version, about=offer.id)


@route(
    "POST",
    f"{OFFER}/refusal",
    action="offer.decide",
    body=schemas.DeclineOffer,
    reply=schemas.DecidedOffer,
    changes=True,
)
def decline_offer(call: CallWith[schemas.DeclineOffer]) -> Reply:
    """Decline an offered referral with the reason; what it says of somebody is forgotten."""
    offer = offers.locked(call.session, call.path["offer"])
    check_unchanged(call.if_match, offer.version)
    version = offers.decline(call.session, offer, call.command.reason, call.now, by=call.principal)
    return Reply({"id": offer.id}, version=version, about=offer.id)


TOPIC: Final = Topic(
    __name__,
    events=events.EVENTS,
    reads=events.READS,
    reactions=(
        *actions.REACTIONS,
        *offers.REACTIONS,
    ),
    access=rules.ACCESS,
)
