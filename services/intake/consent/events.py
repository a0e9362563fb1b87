"""Events about consents."""

from marshmallow import Schema

from shared.events.contract import Code, Codes, Day, EventType, Reference
from shared.reference import codes


class ConsentGranted(Schema):
    """The person agreed that an agency hears certain things for certain purposes, until a day."""

    consent = Reference(required=True)
    agency = Code(required=True)
    purposes = Codes(codes("consent_purpose"), required=True)
    data_categories = Codes(codes("data_category"), required=True)
    language = Code(codes("language"), required=True)
    granted_on = Day(required=True)
    expires_on = Day(required=True)


EVENTS = (EventType("consent.granted", ConsentGranted, "consent", "The person consented to sharing."),)
