"""The commands and views of consents, refusals, withdrawals and the agencies' answers.

Most fields are declared on their columns (`models`), and those of a withdrawal on the consent's.
"""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar
from uuid import UUID

from marshmallow import fields

from services.intake.agencies.consent import models
from services.intake.agencies.consent.rules import OFFICIAL_FILE, UNKNOWN
from services.intake.facts.case.models import RecordedFact
from services.intake.facts.case.schemas import RecordFact
from shared.access.agency_fields import AgencyCode, AgencyNamed
from shared.access.declarations import ID, declare, field_of, not_null, or_null
from shared.access.permissions import OF_THE_LEAD, FieldClass
from shared.access.views import CaseView, Copied, View, parts
from shared.casework.corrections import Correct
from shared.events.contract import Code, Codes, Flag, Identifier, Reference
from shared.http import optional, paging, required
from shared.reference import codes

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
    only_remedies: list[str] | None = optional(models.Consent.only_remedies, default=None)
    only_matters: list[str] | None = optional(models.Consent.only_matters, default=None)
    only_stages: list[str] | None = optional(models.Consent.only_stages, default=None)


class CorrectConsent(Correct):
    """The correction of a consent. Omitted fields stay as they are. An empty list names nothing any more."""

    agency: UUID | None = optional(or_null(AGENCY_ASKED), default=None)
    purposes: list[str] | None = optional(or_null(models.Consent.purposes), default=None)
    data_categories: list[str] | None = optional(or_null(models.Consent.data_categories), default=None)
    language: str | None = optional(or_null(models.Consent.language), default=None)
    checklist: list[str] | None = optional(or_null(models.Consent.checklist), default=None)
    happened: str | None = optional(RecordedFact.happened, default=None)
    learnt: str | None = optional(RecordedFact.learnt, default=None)
    granted_on: date | None = optional(or_null(models.Consent.granted_on), default=None)
    expires_on: date | None = optional(or_null(models.Consent.expires_on), default=None)
    only_remedies: list[str] | None = optional(models.Consent.only_remedies, default=None)
    only_matters: list[str] | None = optional(models.Consent.only_matters, default=None)
    only_stages: list[str] | None = optional(models.Consent.only_stages, default=None)

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


class WithdrawConsent(RecordFact):
    """The withdrawal of a consent. `erase_requested` is null if the person was not asked about deletion."""

    erase_requested: bool | None = required(models.Consent.erase_requested)
    withdrawn_on: date | None = optional(models.Consent.withdrawn_on, default=None)


class CorrectWithdrawal(Correct):
    """The correction of a withdrawal. Omitted fields stay as they are."""

    happened: str | None = optional(RecordedFact.happened, default=None)
    learnt: str | None = optional(RecordedFact.learnt, default=None)
    withdrawn_on: date | None = optional(models.Consent.withdrawn_on, default=None)
    erase_requested: bool | None = optional(models.Consent.erase_requested, default=None)

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_date", "withdrawn_on": "2026-03-02"}


class CorrectAnswer(Correct):
    """The correction of an agency's answer. Omitted fields stay as they are."""

    answer: str | None = optional(or_null(models.WithdrawalAnswer.answer), default=None)
    basis: str | None = optional(models.WithdrawalAnswer.basis, default=None)
    happened: str | None = optional(RecordedFact.happened, default=None)
    learnt: str | None = optional(RecordedFact.learnt, default=None)
    answered_on: date | None = optional(or_null(models.WithdrawalAnswer.answered_on), default=None)

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_outcome", "answer": "deleted"}


class AnswerWithdrawal(RecordFact):
    """The agency's statement about the data that it had received. If it keeps data, a basis is required."""

    answer: str = required(models.WithdrawalAnswer.answer)
    basis: str | None = optional(models.WithdrawalAnswer.basis, default=None)
    answered_on: date | None = optional(models.WithdrawalAnswer.answered_on, default=None)


class WithdrawalAnswer(View, of=models.WithdrawalAnswer):
    """An agency's answer as the case shows it."""


class WithdrawnConsent(View):
    """The confirmation that a consent is withdrawn."""

    id = ID
    withdrawn = declare(Flag(), FieldClass.BASIC, "That it is withdrawn.")


class Holder(View):
    """An agency that received data under a consent, and its later use of that data."""

    agency = models.Consent.agency
    agency_code = AGENCY_CODE
    data_categories = declare(Codes(codes("data_category")), FieldClass.ACCOUNT, "What it received.")
    referrals = declare(fields.List(Reference()), FieldClass.ACCOUNT, "The referrals with which that went.")
    still_covered = declare(
        Codes(codes("data_category")),
        FieldClass.ACCOUNT,
        "The data that it still receives under another consent or legal ground.",
    )
    keeps = declare(
        Code((OFFICIAL_FILE, UNKNOWN)), FieldClass.ACCOUNT, "Whether it keeps that in the file on which it decides."
    )
    verify = declare(Flag(), FieldClass.ACCOUNT, "Whether the agency has to be asked what it keeps.")


class WithdrawalPreview(CaseView):
    """The effects of withdrawing a consent."""

    id = ID
    counts_deliveries = declare(
        Flag(),
        FieldClass.BASIC,
        "Whether the person may see what the agency received. They may not before they are informed of each sharing.",
        category=OF_THE_LEAD,
    )
    holders = parts(Holder, category=OF_THE_LEAD)


class UnansweredWithdrawal(View):
    """A withdrawal that the agency has not answered in time."""

    id = models.Consent.id
    case = declare(Reference(attribute="case_id"), FieldClass.BASIC, "The case.")
    agency = models.Consent.agency
    agency_code = AGENCY_CODE
    withdrawn_on = not_null(models.Consent.withdrawn_on)
    erase_requested = models.Consent.erase_requested
    answer_due_on = models.WithdrawalAnswer.due_on


class UnansweredList(View):
    """Unanswered withdrawals, the oldest first."""

    consents = parts(UnansweredWithdrawal)


class GivenAnswer(View):
    """An agency's answer to a withdrawal, who reported it, and until when it was awaited."""

    answer = models.WithdrawalAnswer.answer
    basis = models.WithdrawalAnswer.basis
    answered_on = models.WithdrawalAnswer.answered_on
    due_on = models.WithdrawalAnswer.due_on
    by_agency = declare(Flag(), FieldClass.BASIC, "Whether the agency said so itself; else staff recorded it.")


class FollowedWithdrawal(UnansweredWithdrawal):
    """A withdrawal and the agency's answers, which can be empty."""

    answers = parts(GivenAnswer)


class FollowedList(paging.Page):
    """Withdrawals, the latest first."""

    consents = parts(FollowedWithdrawal)


#: The case's parts.
CONSENT_REFUSALS = parts(ConsentRefusal, Copied("consent"), category=OF_THE_LEAD)
CONSENTS = parts(Consent, Copied("consent"), category=OF_THE_LEAD)
WITHDRAWAL_ANSWERS = parts(WithdrawalAnswer, Copied("consent"), category=OF_THE_LEAD)
