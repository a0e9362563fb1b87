"""Consents: their fields, each declared once, and what is recorded and shown of them."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar
from uuid import UUID

from services.intake.case.schemas import HAPPENED, LEARNT, RECORDED_AT, RECORDED_BY, RecordedFact, RecordFact
from shared.access.agency_fields import AgencyCode, AgencyNamed
from shared.access.declarations import declare, nullable, or_null
from shared.access.permissions import OF_THE_LEAD, FieldClass
from shared.access.views import Copied, parts
from shared.casework.corrections import Correct
from shared.events.contract import Code, Codes, Day, Flag, Identifier, Reference
from shared.http import optional, required
from shared.reference import codes

CONSENT = declare(Reference(), FieldClass.ACCOUNT, "The consent.")
AGENCY = declare(Reference(), FieldClass.ACCOUNT, "The agency, by its id in the register.", party=True)
AGENCY_CODE = declare(
    AgencyCode(), FieldClass.ACCOUNT, "Its code, where the law names it by one; else null.", example="NL.COMENSHA"
)
AGENCY_ASKED = declare(
    AgencyNamed(),
    FieldClass.ACCOUNT,
    "The agency, by its id in the register; an authority of the law also by its code.",
    example="NL.COMENSHA",
)
#: Of the first versions of events, which named authorities of the law alone.
FORMER_AGENCY = declare(
    Code(identifier=Identifier.AGENCY), FieldClass.ACCOUNT, "The agency, by its code.", example="NL.COMENSHA"
)
PURPOSES = declare(Codes(codes("consent_purpose")), FieldClass.ACCOUNT, "What for.")
DATA_CATEGORIES = declare(Codes(codes("data_category")), FieldClass.ACCOUNT, "What the agency may hear of.")
LANGUAGE = declare(Code(codes("language")), FieldClass.ACCOUNT, "The language in which it was explained.", example="bg")
CHECKLIST = declare(Codes(codes("consent_checklist")), FieldClass.ACCOUNT, "What the person was told before.")
GRANTED_ON = declare(Day(), FieldClass.ACCOUNT, "The day on which it was given, today by default.")
EXPIRES_ON = declare(Day(), FieldClass.ACCOUNT, "Its last day.", example="2027-03-02")
WITHDRAWN_ON = declare(Day(), FieldClass.ACCOUNT, "The day on which it was taken back.")
ERASE_REQUESTED = declare(Flag(), FieldClass.ACCOUNT, "Whether the agency is asked to delete what it received.")
ANSWER_DUE_ON = declare(
    nullable(Day()), FieldClass.ACCOUNT, "Until when the agency should say what it did; null: nothing is awaited."
)
EXPLAINED_BY = declare(Reference(), FieldClass.ACCOUNT, "Who explained it to the person.", staff=True)


REFUSAL = declare(Reference(), FieldClass.ACCOUNT, "The refusal.")
REFUSED_PURPOSES = declare(
    Codes(codes("consent_purpose")), FieldClass.ACCOUNT, "What they were asked for; none: for anything."
)
REFUSED_ON = declare(Day(), FieldClass.ACCOUNT, "The day on which they said so, today by default.")


class RecordRefusal(RecordFact):
    """The person was asked about an agency, and said no."""

    agency: UUID = required(AGENCY_ASKED)
    purposes: list[str] = optional(REFUSED_PURPOSES, default_factory=list)
    refused_on: date | None = optional(REFUSED_ON, default=None)


class CorrectRefusal(Correct):
    """What the person really refused, or that they did not; what is left out stays as it is."""

    agency: UUID | None = optional(or_null(AGENCY_ASKED), default=None)
    purposes: list[str] | None = optional(or_null(REFUSED_PURPOSES), default=None)
    happened: str | None = optional(HAPPENED, default=None)
    learnt: str | None = optional(LEARNT, default=None)
    refused_on: date | None = optional(or_null(REFUSED_ON), default=None)

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_date", "refused_on": "2026-03-02"}


class RecordConsent(RecordFact):
    """A consent, per agency, purpose, data category and time."""

    agency: UUID = required(AGENCY_ASKED)
    purposes: list[str] = required(PURPOSES)
    data_categories: list[str] = required(DATA_CATEGORIES)
    language: str = required(LANGUAGE)
    checklist: list[str] = required(CHECKLIST)
    granted_on: date | None = optional(GRANTED_ON, default=None)
    expires_on: date = required(EXPIRES_ON)


class CorrectConsent(Correct):
    """What a consent should have said; what is left out stays as it is."""

    agency: UUID | None = optional(or_null(AGENCY_ASKED), default=None)
    purposes: list[str] | None = optional(or_null(PURPOSES), default=None)
    data_categories: list[str] | None = optional(or_null(DATA_CATEGORIES), default=None)
    language: str | None = optional(or_null(LANGUAGE), default=None)
    checklist: list[str] | None = optional(or_null(CHECKLIST), default=None)
    happened: str | None = optional(HAPPENED, default=None)
    learnt: str | None = optional(LEARNT, default=None)
    granted_on: date | None = optional(or_null(GRANTED_ON), default=None)
    expires_on: date | None = optional(or_null(EXPIRES_ON), default=None)

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_code", "purposes": ["medical_care"]}


class Consent(RecordedFact):
    """A consent as the case shows it, with its withdrawal; who explained it is not known of early ones."""

    id = CONSENT
    agency = AGENCY
    agency_code = AGENCY_CODE
    purposes = PURPOSES
    data_categories = DATA_CATEGORIES
    language = LANGUAGE
    checklist = CHECKLIST
    granted_on = GRANTED_ON
    expires_on = EXPIRES_ON
    withdrawn_on = or_null(WITHDRAWN_ON)
    withdrawal_happened = HAPPENED
    withdrawal_learnt = LEARNT
    withdrawal_recorded_at = RECORDED_AT
    withdrawal_recorded_by = RECORDED_BY
    erase_requested = or_null(ERASE_REQUESTED)
    answer_due_on = ANSWER_DUE_ON
    explained_by = or_null(EXPLAINED_BY)


class ConsentRefusal(RecordedFact):
    """A refusal as the case shows it."""

    id = REFUSAL
    agency = AGENCY
    agency_code = AGENCY_CODE
    purposes = REFUSED_PURPOSES
    refused_on = REFUSED_ON


#: The case's parts.
CONSENT_REFUSALS = parts(ConsentRefusal, Copied("consent"), category=OF_THE_LEAD)
CONSENTS = parts(Consent, Copied("consent"), category=OF_THE_LEAD)
