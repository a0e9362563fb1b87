"""Events about consents."""

from marshmallow import Schema

from services.intake.consent import schemas
from services.intake.consent.rules import NAMED_BY_CODE, NAMED_BY_ID
from shared.events.audience import inside, party
from shared.events.contract import EventType
from shared.events.older import by_authority


class Granted(Schema):
    """What a consent says, but for the agency."""

    consent = schemas.CONSENT
    purposes = schemas.PURPOSES
    data_categories = schemas.DATA_CATEGORIES
    language = schemas.LANGUAGE
    granted_on = schemas.GRANTED_ON
    expires_on = schemas.EXPIRES_ON


class ConsentGranted(Granted):
    """The person agreed that an agency hears certain things for certain purposes, until a day."""

    agency = schemas.AGENCY


class FormerConsentGranted(Granted):
    """The same, of an authority of the law alone."""

    agency = schemas.FORMER_AGENCY


class ConsentRefused(Schema):
    """The person was asked about an agency, and said no; without purposes, to anything."""

    refusal = schemas.REFUSAL
    agency = schemas.AGENCY
    purposes = schemas.REFUSED_PURPOSES
    refused_on = schemas.REFUSED_ON


EVENTS = (
    EventType(
        "consent.refused",
        ConsentRefused,
        "consent",
        "The person refused that an agency hears of them.",
        audience=inside("No agency hears which agencies the person refused, least of all that one."),
    ),
    EventType(
        "consent.granted",
        FormerConsentGranted,
        "consent",
        "The person consented to sharing with an authority of the law. No longer emitted, and read for ever.",
        audience=inside(NAMED_BY_CODE),
    ),
    EventType(
        "consent.granted",
        ConsentGranted,
        "consent",
        "The person consented to sharing.",
        version=NAMED_BY_ID,
        audience=party("agency", {"language": "identity"}),
        older=(by_authority(1, "agency"),),
    ),
)
