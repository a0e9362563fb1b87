"""Withdrawals and the agencies' answers: their fields, each declared once, and what is recorded and shown of them."""

from datetime import date

from marshmallow import fields

from services.intake.consent.schemas import AGENCY, CONSENT, ERASE_REQUESTED, WITHDRAWN_ON
from services.intake.withdrawal.rules import OFFICIAL_FILE, UNKNOWN
from shared.access.declarations import ID, declare, nullable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, Copied, View, parts
from shared.events.contract import Code, Codes, Day, Flag, Reference
from shared.http import Command, optional, required
from shared.reference import codes

ANSWER = declare(Code(codes("withdrawal_answer")), FieldClass.ACCOUNT, "What the agency did.")
BASIS = declare(
    nullable(Code(codes("legal_basis"))), FieldClass.ACCOUNT, "On which it keeps something; null where it does not."
)
ANSWERED_ON = declare(Day(), FieldClass.ACCOUNT, "The day of its answer, today by default.")


class WithdrawConsent(Command):
    """A consent is taken back."""

    erase_requested: bool = required(ERASE_REQUESTED)


class AnswerWithdrawal(Command):
    """What the agency did with what it had got; a basis where it keeps something."""

    answer: str = required(ANSWER)
    basis: str | None = optional(BASIS, default=None)
    answered_on: date | None = optional(ANSWERED_ON, default=None)


class WithdrawalAnswer(View):
    """An agency's answer as the case shows it."""

    id = declare(Reference(), FieldClass.ACCOUNT, "The answer.")
    consent_id = CONSENT
    answer = ANSWER
    basis = BASIS
    answered_on = ANSWERED_ON


#: The case's part.
WITHDRAWAL_ANSWERS = parts(WithdrawalAnswer, Copied("consent"))


class WithdrawnConsent(View):
    """That a consent is withdrawn."""

    id = ID
    withdrawn = declare(Flag(), FieldClass.BASIC, "That it is withdrawn.")


class Holder(View):
    """An agency that received something under a consent, and what becomes of that."""

    agency = AGENCY
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
    holders = parts(Holder)


class UnansweredWithdrawal(View):
    """A withdrawal that the agency has not answered in time."""

    id = CONSENT
    case = declare(Reference(attribute="case_id"), FieldClass.BASIC, "The case.")
    agency = AGENCY
    withdrawn_on = WITHDRAWN_ON
    erase_requested = or_null(ERASE_REQUESTED)


class UnansweredList(View):
    """Unanswered withdrawals, the oldest first."""

    consents = parts(UnansweredWithdrawal)
