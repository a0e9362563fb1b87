"""Events about consents."""

from marshmallow import Schema

from services.intake.consent import schemas
from shared.events.contract import EventType


class ConsentGranted(Schema):
    """The person agreed that an agency hears certain things for certain purposes, until a day."""

    consent = schemas.CONSENT
    agency = schemas.AGENCY
    purposes = schemas.PURPOSES
    data_categories = schemas.DATA_CATEGORIES
    language = schemas.LANGUAGE
    granted_on = schemas.GRANTED_ON
    expires_on = schemas.EXPIRES_ON


EVENTS = (EventType("consent.granted", ConsentGranted, "consent", "The person consented to sharing."),)
