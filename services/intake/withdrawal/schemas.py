"""The commands and views of withdrawals and the agencies' answers.

Most fields are declared on their columns (`models`), and those of a withdrawal on the consent's.
"""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from marshmallow import fields

from services.intake.case.models import RecordedFact
from services.intake.case.schemas import RecordFact
from services.intake.consent.models import Consent
from services.intake.consent.schemas import AGENCY_CODE
from services.intake.withdrawal import models
from services.intake.withdrawal.rules import OFFICIAL_FILE, UNKNOWN
from shared.access.declarations import ID, declare, not_null, or_null
from shared.access.permissions import OF_THE_LEAD, FieldClass
from shared.access.views import CaseView, Copied, View, parts
from shared.casework.corrections import Correct
from shared.events.contract import Code, Codes, Flag, Reference
from shared.http import optional, paging, required
from shared.reference import codes


class WithdrawConsent(RecordFact):
    """The withdrawal of a consent. `erase_requested` is null if nobody asked the person about deletion."""

    erase_requested: bool | None = required(Consent.erase_requested)
    withdrawn_on: date | None = optional(Consent.withdrawn_on, default=None)


class CorrectWithdrawal(Correct):
    """The correction of a withdrawal. Omitted fields stay as they are."""

    happened: str | None = optional(RecordedFact.happened, default=None)
    learnt: str | None = optional(RecordedFact.learnt, default=None)
    withdrawn_on: date | None = optional(Consent.withdrawn_on, default=None)
    erase_requested: bool | None = optional(Consent.erase_requested, default=None)

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
    """What the agency did with the data that it had received. If it keeps data, a basis is required."""

    answer: str = required(models.WithdrawalAnswer.answer)
    basis: str | None = optional(models.WithdrawalAnswer.basis, default=None)
    answered_on: date | None = optional(models.WithdrawalAnswer.answered_on, default=None)


class WithdrawalAnswer(View, of=models.WithdrawalAnswer):
    """An agency's answer as the case shows it."""


#: The case's part.
WITHDRAWAL_ANSWERS = parts(WithdrawalAnswer, Copied("consent"), category=OF_THE_LEAD)


class WithdrawnConsent(View):
    """The confirmation that a consent is withdrawn."""

    id = ID
    withdrawn = declare(Flag(), FieldClass.BASIC, "That it is withdrawn.")


class Holder(View):
    """An agency that received data under a consent, and what happens to that data."""

    agency = Consent.agency
    agency_code = AGENCY_CODE
    data_categories = declare(Codes(codes("data_category")), FieldClass.ACCOUNT, "What it received.")
    referrals = declare(fields.List(Reference()), FieldClass.ACCOUNT, "The referrals with which that went.")
    still_covered = declare(
        Codes(codes("data_category")), FieldClass.ACCOUNT, "What goes on reaching it, by another consent or without."
    )
    keeps = declare(
        Code((OFFICIAL_FILE, UNKNOWN)), FieldClass.ACCOUNT, "Whether it keeps that in the file on which it decides."
    )
    verify = declare(Flag(), FieldClass.ACCOUNT, "Whether the agency has to be asked what it keeps.")


class WithdrawalPreview(CaseView):
    """The effects of withdrawing a consent."""

    id = ID
    holders = parts(Holder, category=OF_THE_LEAD)


class UnansweredWithdrawal(View):
    """A withdrawal that the agency has not answered in time."""

    id = Consent.id
    case = declare(Reference(attribute="case_id"), FieldClass.BASIC, "The case.")
    agency = Consent.agency
    agency_code = AGENCY_CODE
    withdrawn_on = not_null(Consent.withdrawn_on)
    erase_requested = Consent.erase_requested
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


class FollowedList(View):
    """Withdrawals, the latest first."""

    consents = parts(FollowedWithdrawal)
    next = paging.NEXT
