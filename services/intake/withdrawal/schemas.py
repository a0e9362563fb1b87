"""Withdrawals and the agencies' answers: their fields, each declared once, and what is recorded and shown of them."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from marshmallow import fields

from services.intake.case.schemas import HAPPENED, LEARNT, RecordedFact, RecordFact
from services.intake.consent.schemas import AGENCY, AGENCY_CODE, CONSENT, ERASE_REQUESTED, WITHDRAWN_ON
from services.intake.withdrawal.rules import OFFICIAL_FILE, UNKNOWN
from shared.access.declarations import ID, declare, nullable, or_null
from shared.access.permissions import OF_THE_LEAD, FieldClass
from shared.access.views import CaseView, Copied, View, parts
from shared.casework.corrections import Correct
from shared.events.contract import Code, Codes, Day, Flag, Reference
from shared.http import optional, paging, required
from shared.reference import codes

ANSWER = declare(Code(codes("withdrawal_answer")), FieldClass.ACCOUNT, "What the agency did.")
BASIS = declare(
    nullable(Code(codes("legal_basis"))), FieldClass.ACCOUNT, "On which it keeps something; null where it does not."
)
ANSWERED_ON = declare(Day(), FieldClass.ACCOUNT, "The day of its answer, today by default.")
ANSWER_DUE_ON = declare(Day(), FieldClass.ACCOUNT, "The day by which the agency says what it did.")
REPORT = declare(
    nullable(Reference()), FieldClass.ACCOUNT, "The report in which the agency said so itself; null: staff recorded it."
)
BY_AGENCY = declare(Flag(), FieldClass.BASIC, "Whether the agency said so itself; else staff recorded it.")


class WithdrawConsent(RecordFact):
    """A consent is taken back; whether the agency is asked to delete is null where nobody asked the person."""

    erase_requested: bool | None = required(or_null(ERASE_REQUESTED))
    withdrawn_on: date | None = optional(or_null(WITHDRAWN_ON), default=None)


class CorrectWithdrawal(Correct):
    """When a consent was really taken back, or that it was not; what is left out stays as it is."""

    happened: str | None = optional(HAPPENED, default=None)
    learnt: str | None = optional(LEARNT, default=None)
    withdrawn_on: date | None = optional(or_null(WITHDRAWN_ON), default=None)
    erase_requested: bool | None = optional(or_null(ERASE_REQUESTED), default=None)

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_date", "withdrawn_on": "2026-03-02"}


class CorrectAnswer(Correct):
    """What an agency really answered; what is left out stays as it is."""

    answer: str | None = optional(or_null(ANSWER), default=None)
    basis: str | None = optional(BASIS, default=None)
    happened: str | None = optional(HAPPENED, default=None)
    learnt: str | None = optional(LEARNT, default=None)
    answered_on: date | None = optional(or_null(ANSWERED_ON), default=None)

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_outcome", "answer": "deleted"}


class AnswerWithdrawal(RecordFact):
    """What the agency did with what it had got; a basis where it keeps something."""

    answer: str = required(ANSWER)
    basis: str | None = optional(BASIS, default=None)
    answered_on: date | None = optional(ANSWERED_ON, default=None)


class WithdrawalAnswer(RecordedFact):
    """An agency's answer as the case shows it."""

    id = declare(Reference(), FieldClass.ACCOUNT, "The answer.")
    consent_id = CONSENT
    answer = ANSWER
    basis = BASIS
    answered_on = ANSWERED_ON
    due_on = or_null(ANSWER_DUE_ON)
    report = REPORT


#: The case's part.
WITHDRAWAL_ANSWERS = parts(WithdrawalAnswer, Copied("consent"), category=OF_THE_LEAD)


class WithdrawnConsent(View):
    """That a consent is withdrawn."""

    id = ID
    withdrawn = declare(Flag(), FieldClass.BASIC, "That it is withdrawn.")


class Holder(View):
    """An agency that received something under a consent, and what becomes of that."""

    agency = AGENCY
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
    """What withdrawing a consent would reach."""

    id = ID
    holders = parts(Holder, category=OF_THE_LEAD)


class UnansweredWithdrawal(View):
    """A withdrawal that the agency has not answered in time."""

    id = CONSENT
    case = declare(Reference(attribute="case_id"), FieldClass.BASIC, "The case.")
    agency = AGENCY
    agency_code = AGENCY_CODE
    withdrawn_on = WITHDRAWN_ON
    erase_requested = or_null(ERASE_REQUESTED)
    answer_due_on = or_null(ANSWER_DUE_ON)


class UnansweredList(View):
    """Unanswered withdrawals, the oldest first."""

    consents = parts(UnansweredWithdrawal)


class GivenAnswer(View):
    """What an agency answered to a withdrawal, by whom that was said, and until when it was awaited."""

    answer = ANSWER
    basis = BASIS
    answered_on = ANSWERED_ON
    due_on = or_null(ANSWER_DUE_ON)
    by_agency = BY_AGENCY


class FollowedWithdrawal(UnansweredWithdrawal):
    """A withdrawal, and what its agency answered; none: it has not."""

    answers = parts(GivenAnswer)


class FollowedList(View):
    """Withdrawals, the latest first."""

    consents = parts(FollowedWithdrawal)
    next = paging.NEXT
