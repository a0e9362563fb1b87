"""The route by which an offered referral is accepted."""

from typing import Final

from services.intake.agencies.offer.actions import locked
from services.intake.agencies.offer.topic import OFFER
from services.intake.cases.acceptance import actions, rules, schemas
from shared.http import CallWith, Reply, check_unchanged, route
from shared.runtime.topics import Topic


@route(
    "POST",
    f"{OFFER}/acceptance",
    action="offer.accept",
    body=schemas.AcceptOffer,
    changes=True,
    reply=schemas.AcceptedOffer,
)
def accept_offer(call: CallWith[schemas.AcceptOffer]) -> Reply:
    """Accept an offered referral: a case opens for the person, led by the caller, or it joins the one they have."""
    offer = locked(call.session, call.path["offer"])
    check_unchanged(call.if_match, offer.version)
    case = actions.accept(call.session, offer, call.command, call.now, by=call.principal)
    return Reply({"case": case}, about=case)


TOPIC: Final = Topic(__name__, access=rules.ACCESS)
