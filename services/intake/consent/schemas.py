"""The commands and views of consents and refusals. Most fields are declared on their columns (`models`)."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar
from uuid import UUID

from services.intake.case.models import RecordedFact
from services.intake.case.schemas import RecordFact
from services.intake.consent import models
from shared.access.agency_fields import AgencyCode, AgencyNamed
from shared.access.declarations import declare, field_of, or_null
from shared.access.permissions import OF_THE_LEAD, FieldClass
from shared.access.views import Copied, View, parts
from shared.casework.corrections import Correct
from shared.events.contract import Code, Identifier
from shared.http import optional, required

AGENCY = field_of(models.Consent.agency)
AGENCY_CODE = declare(
    AgencyCode(), FieldClass.ACCOUNT, "Its code, where the law names it by one; else null.", example="NL.COMENSHA"
)
AGENCY_ASKED = declare(
    AgencyNamed(),
    FieldClass.ACCOUNT,
    "The agency, by its id in the register; an authority of the law also by its code.",
    example="NL.COMENSHA",
)
#: In the first versions of events, which named only authorities of the law.
FORMER_AGENCY = declare(
    Code(identifier=Identifier.AGENCY), FieldClass.ACCOUNT, "The agency, by its code.", example="NL.COMENSHA"
)


class RecordRefusal(RecordFact):
    """The person was asked about an agency, and refused."""

    agency: UUID = required(AGENCY_ASKED)
    purposes: list[str] = optional(models.ConsentRefusal.purposes, default_factory=list)
    refused_on: date | None = optional(models.ConsentRefusal.refused_on, default=None)


class CorrectRefusal(Correct):
    """The correction of a refusal. Omitted fields stay as they are."""

    agency: UUID | None = optional(or_null(AGENCY_ASKED), default=None)
    purposes: list[str] | None = optional(or_null(models.ConsentRefusal.purposes), default=None)
    happened: str | None = optional(RecordedFact.happened, default=None)
    learnt: str | None = optional(RecordedFact.learnt, default=None)
    refused_on: date | None = optional(or_null(models.ConsentRefusal.refused_on), default=None)

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_date", "refused_on": "2026-03-02"}


class RecordConsent(RecordFact):
    """A consent to one agency, with its purposes, data categories and last day."""

    agency: UUID = required(AGENCY_ASKED)
    purposes: list[str] = required(models.Consent.purposes)
    data_categories: list[str] = required(models.Consent.data_categories)
    language: str = required(models.Consent.language)
    checklist: list[str] = required(models.Consent.checklist)
    granted_on: date | None = optional(models.Consent.granted_on, default=None)
    expires_on: date = required(models.Consent.expires_on)


class CorrectConsent(Correct):
    """The correction of a consent. Omitted fields stay as they are."""

    agency: UUID | None = optional(or_null(AGENCY_ASKED), default=None)
    purposes: list[str] | None = optional(or_null(models.Consent.purposes), default=None)
    data_categories: list[str] | None = optional(or_null(models.Consent.data_categories), default=None)
    language: str | None = optional(or_null(models.Consent.language), default=None)
    checklist: list[str] | None = optional(or_null(models.Consent.checklist), default=None)
    happened: str | None = optional(RecordedFact.happened, default=None)
    learnt: str | None = optional(RecordedFact.learnt, default=None)
    granted_on: date | None = optional(or_null(models.Consent.granted_on), default=None)
    expires_on: date | None = optional(or_null(models.Consent.expires_on), default=None)

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_code", "purposes": ["medical_care"]}


class Consent(View, of=models.Consent):
    """A consent as the case shows it, with its withdrawal. Early consents do not say who explained them."""

    agency_code = AGENCY_CODE
    withdrawal_happened = RecordedFact.happened
    withdrawal_learnt = RecordedFact.learnt
    withdrawal_recorded_at = RecordedFact.recorded_at
    withdrawal_recorded_by = RecordedFact.recorded_by


class ConsentRefusal(View, of=models.ConsentRefusal):
    """A refusal as the case shows it."""

    agency_code = AGENCY_CODE


#: The case's parts.
CONSENT_REFUSALS = parts(ConsentRefusal, Copied("consent"), category=OF_THE_LEAD)
CONSENTS = parts(Consent, Copied("consent"), category=OF_THE_LEAD)
