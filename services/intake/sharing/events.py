"""Events about sharing without consent: what goes to whom, why, and a second person's decision."""

from typing import Final

from marshmallow import Schema

from services.intake.consent.rules import NAMED_BY_CODE, NAMED_BY_ID
from services.intake.sharing import schemas
from shared.access.declarations import declare
from shared.access.permissions import FieldClass
from shared.events.audience import inside, party, party_of
from shared.events.contract import Code, Codes, Day, EventType, Flag, Read, Reference
from shared.events.older import by_authority


class Shared(Schema):
    """What may go without the person's consent, but for the agency."""

    sharing = schemas.SHARING
    purpose = schemas.PURPOSE
    data_categories = schemas.DATA_CATEGORIES
    reason = schemas.REASON
    approved = declare(Flag(), FieldClass.BASIC, "Whether a second person approved it.")
    until = schemas.UNTIL


class SharedWithoutConsent(Shared):
    """Something may go to an agency without the person's consent."""

    agency = schemas.AGENCY


class FormerSharedWithoutConsent(Shared):
    """The same, to an authority of the law alone."""

    agency = schemas.FORMER_AGENCY


class SharingReviewed(Schema):
    """A second person looked at what was shared at once."""

    sharing = schemas.SHARING
    upheld = declare(Flag(), FieldClass.BASIC, "Whether it goes on.")


class SharingNotReviewed(Schema):
    """Nobody has looked yet at what was shared at once; it comes back tomorrow."""

    sharing = schemas.SHARING


class TellingView(Schema):
    """Which agency outside was told of which kinds of data, why, and since when."""

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
