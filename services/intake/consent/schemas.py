"""Bodies of requests about consents."""

from services.intake.case.schemas import Body
from shared.events.contract import Code, Codes, Day
from shared.reference import codes


class RecordConsent(Body):
    """A consent, per agency, purpose, data category and time."""

    agency = Code(codes("authority"), required=True)
    purposes = Codes(codes("consent_purpose"), required=True)
    data_categories = Codes(codes("data_category"), required=True)
    language = Code(codes("language"), required=True)
    checklist = Codes(codes("consent_checklist"), required=True)
    granted_on = Day()
    expires_on = Day(required=True)
