"""Events about sharing without consent: what is shared with which agency and why, and a second person's decision."""

from typing import Final

from marshmallow import Schema

from services.intake.agencies.consent.rules import NAMED_BY_CODE, NAMED_BY_ID
from services.intake.agencies.sharing.models import Sharing
from shared.access.declarations import declare, field_of
from shared.access.permissions import FieldClass
from shared.events.audience import inside, party, party_of
from shared.events.contract import Code, Codes, Day, EventType, Flag, Identifier, Read, Reference
from shared.events.older import by_authority


class Shared(Schema):
    """The fields of a sharing without the person's consent, except the agency."""

    sharing = field_of(Sharing.id)
    purpose = field_of(Sharing.purpose)
    data_categories = field_of(Sharing.data_categories)
    reason = field_of(Sharing.reason)
    approved = declare(Flag(), FieldClass.BASIC, "Whether a second person approved it.")
    until = field_of(Sharing.until)


class SharedWithoutConsent(Shared):
    """Data may be shared with an agency without the person's consent."""

    agency = field_of(Sharing.agency)


class FormerSharedWithoutConsent(Shared):
    """The first version of the event. It named only legal authorities, by code."""

    agency = declare(
        Code(identifier=Identifier.AGENCY), FieldClass.BASIC, "The agency, by its code.", example="NL.COMENSHA"
    )


class SharingReviewed(Schema):
    """A second person reviewed a sharing that took effect at once."""

    sharing = field_of(Sharing.id)
    upheld = declare(Flag(), FieldClass.BASIC, "Whether it goes on.")


class SharingNotReviewed(Schema):
    """A sharing that took effect at once still needs its review. The event is repeated each day."""

    sharing = field_of(Sharing.id)


class TellingView(Schema):
    """The outside agency, the data categories that it receives, why, and since when."""

    agency = Reference(required=True)
    data_categories = Codes(required=True)
    because = Code(required=True)
    told_on = Day(required=True)


TELLING: Final = "partners.telling.recorded"
READS = (Read(TELLING, TellingView),)
EVENTS = (
    EventType(
        "sharing.without_consent",
        FormerSharedWithoutConsent,
        "consent",
        "For a named reason an authority of the law hears of a person who has not consented. No longer emitted, and "
        "read for ever.",
        audience=inside(NAMED_BY_CODE),
    ),
    EventType(
        "sharing.without_consent",
        SharedWithoutConsent,
        "consent",
        "For a named reason an agency hears of a person who has not consented.",
        version=NAMED_BY_ID,
        audience=party("agency"),
        older=(by_authority(1, "agency"),),
    ),
    EventType(
        "sharing.reviewed",
        SharingReviewed,
        "consent",
        "A second person upheld or reversed what was shared at once.",
        audience=party_of("sharing"),
    ),
    EventType(
        "sharing.review_overdue",
        SharingNotReviewed,
        "consent",
        "What was shared at once waits for its review, another day.",
        audience=inside("It asks somebody here to decide."),
    ),
)
