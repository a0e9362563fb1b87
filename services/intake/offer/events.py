"""What is read of offered referrals, and what their agencies are told. The subject is the referral, and no case."""

from typing import Final

from marshmallow import Schema

from services.intake.offer import schemas
from shared.access.declarations import declare
from shared.events.audience import party
from shared.events.contract import Code, Codes, Day, EventType, Flag, Instant, Read, Reference

SOURCE: Final = "partners"
#: What it is about, as the envelope says it: no case, also once there is one.
_KIND: Final = "referral"
_TO: Final = declare(Reference(), None, "The agency that offered it.")


class _Told(Schema):
    """Whom it is told, and of which referral."""

    referral = schemas.REFERRAL
    agency = _TO


class OfferAsked(_Told):
    """The agency is asked for more before its referral is decided on."""

    asked = schemas.ASKED


class OfferAccepted(_Told):
    """The referral is accepted; whether the person was known here before is not told."""


class OfferDeclined(_Told):
    """The referral is declined."""

    reason = schemas.REASON


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
    """What is said more of it; what is left out stays as it is."""

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
