"""Offered referrals that intake consumes, and the answers to agencies. The subject is the referral, not a case."""

from typing import Final

from marshmallow import Schema

from services.intake.agencies.offer.models import Offer
from shared.access.declarations import declare, field_of, not_null
from shared.events.audience import party
from shared.events.contract import Code, Codes, Day, EventType, Flag, Instant, Read, Reference

SOURCE: Final = "partners"
#: The subject kind in the envelope. It is never a case, also after the referral has one.
_KIND: Final = "referral"
_TO: Final = declare(Reference(), None, "The agency that offered it.")


class _ToAgency(Schema):
    """The referral, and the agency that receives the event."""

    referral = field_of(Offer.id)
    agency = _TO


class OfferAsked(_ToAgency):
    """The agency is asked questions before its referral is decided on."""

    asked = field_of(Offer.asked)


class OfferAccepted(_ToAgency):
    """The referral is accepted. The event does not reveal whether the person was already known."""


class OfferDeclined(_ToAgency):
    """The referral is declined."""

    reason = not_null(Offer.reason)


def _event(verb: str, schema: type[Schema], meaning: str) -> EventType:
    return EventType(f"referral_in.{verb}", schema, "referral", meaning, classification=_KIND, audience=party("agency"))


ASKED: Final = _event("asked", OfferAsked, "More is asked of an agency before its referral to us is decided on.")
ACCEPTED: Final = _event("accepted", OfferAccepted, "An agency's referral to us is accepted.")
DECLINED: Final = _event("declined", OfferDeclined, "An agency's referral to us is declined, with the reason.")
EVENTS: Final = (ASKED, ACCEPTED, DECLINED)


class OfferedView(Schema):
    """A referral as it was offered."""

    agency = Reference(required=True)
    jurisdiction = Code(required=True)
    referred_because = Code(required=True)
    service_types = Codes(required=True)
    urgent = Flag(required=True)
    language = Code(required=True)
    age = Code(required=True)
    details_agreed = Flag(required=True)
    reply_by = Day(load_default=None)
    offered_at = Instant(required=True)


class SupplementedView(Schema):
    """A supplement to a referral. Omitted fields stay as they are."""

    report = Reference(required=True)
    agency = Reference(required=True)
    service_types = Codes()
    urgent = Flag()
    language = Code()
    age = Code()
    details_agreed = Flag()


OFFERED: Final = Read(f"{SOURCE}.referral_in.offered", OfferedView)
SUPPLEMENTED: Final = Read(f"{SOURCE}.referral_in.supplemented", SupplementedView)
READS: Final = (OFFERED, SUPPLEMENTED)
