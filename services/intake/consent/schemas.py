"""Consents: their fields, each declared once, and what is recorded and shown of them."""

from datetime import date

from shared.access.declarations import declare, or_null
from shared.access.permissions import FieldClass
from shared.access.views import Copied, View, parts
from shared.events.contract import Code, Codes, Day, Flag, Identifier, Reference
from shared.http import Command, optional, required
from shared.reference import codes

CONSENT = declare(Reference(), FieldClass.ACCOUNT, "The consent.")
AGENCY = declare(
    Code(identifier=Identifier.AGENCY),
    FieldClass.ACCOUNT,
    "The agency, by its code; the list of agencies grows.",
    example="NL.COMENSHA",
)
AGENCY_OF_LIST = declare(Code(codes("authority")), FieldClass.ACCOUNT, "The agency, of those that are known.")
PURPOSES = declare(Codes(codes("consent_purpose")), FieldClass.ACCOUNT, "What for.")
DATA_CATEGORIES = declare(Codes(codes("data_category")), FieldClass.ACCOUNT, "What the agency may hear of.")
LANGUAGE = declare(Code(codes("language")), FieldClass.ACCOUNT, "The language in which it was explained.", example="bg")
CHECKLIST = declare(Codes(codes("consent_checklist")), FieldClass.ACCOUNT, "What the person was told before.")
GRANTED_ON = declare(Day(), FieldClass.ACCOUNT, "The day on which it was given, today by default.")
EXPIRES_ON = declare(Day(), FieldClass.ACCOUNT, "Its last day.", example="2027-03-02")
WITHDRAWN_ON = declare(Day(), FieldClass.ACCOUNT, "The day on which it was taken back.")
ERASE_REQUESTED = declare(Flag(), FieldClass.ACCOUNT, "Whether the agency is asked to delete what it received.")
EXPLAINED_BY = declare(Reference(), FieldClass.ACCOUNT, "Who explained it to the person.", staff=True)


class RecordConsent(Command):
    """A consent, per agency, purpose, data category and time."""

    agency: str = required(AGENCY_OF_LIST)
    purposes: list[str] = required(PURPOSES)
    data_categories: list[str] = required(DATA_CATEGORIES)
    language: str = required(LANGUAGE)
    checklist: list[str] = required(CHECKLIST)
    granted_on: date | None = optional(GRANTED_ON, default=None)
    expires_on: date = required(EXPIRES_ON)


class Consent(View):
    """A consent as the case shows it, with its withdrawal; who explained it is not known of early ones."""

    id = CONSENT
    agency = AGENCY
    purposes = PURPOSES
    data_categories = DATA_CATEGORIES
    language = LANGUAGE
    checklist = CHECKLIST
    granted_on = GRANTED_ON
    expires_on = EXPIRES_ON
    withdrawn_on = or_null(WITHDRAWN_ON)
    erase_requested = or_null(ERASE_REQUESTED)
    explained_by = or_null(EXPLAINED_BY)


#: The case's part.
CONSENTS = parts(Consent, Copied("consent"))
