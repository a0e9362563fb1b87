"""Referrals and their packages: their fields, each declared once, and what is recorded and shown of them.

A package is stored sealed, and never repeated in an error.
"""

from datetime import date

from services.intake.case.schemas import SingleLine
from services.intake.consent.schemas import AGENCY, AGENCY_OF_LIST
from services.intake.referral import rules
from services.intake.safe_contact.schemas import Agreement
from shared.access.declarations import ID, declare, nullable, omittable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, Copied, View, part, parts
from shared.events.contract import Code, Codes, Day, Flag, Reference
from shared.http import Command, optional, required
from shared.reference import codes

_LONGEST = 1_000

REFERRAL = declare(Reference(), FieldClass.ACCOUNT, "The referral.")
AGENCY_TYPE = declare(Code(codes("org_type")), FieldClass.ACCOUNT, "What kind of agency referred the person to us.")
REFERRAL_REASON = declare(Code(codes("referral_reason")), FieldClass.ACCOUNT, "Why it did.")
RECEIVED_ON = declare(Day(), FieldClass.ACCOUNT, "The day on which it reached us, today by default.")
PURPOSE = declare(Code(codes("consent_purpose")), FieldClass.ACCOUNT, "What for.")
SERVICE_TYPES = declare(Codes(codes("service_type")), FieldClass.ACCOUNT, "The services that are asked for.")
DATA_CATEGORIES = declare(Codes(codes("data_category")), FieldClass.ACCOUNT, "What goes along.")
URGENT = declare(Flag(), FieldClass.ACCOUNT, "Whether it can't wait.")
REPLY_BY = declare(Day(), FieldClass.ACCOUNT, "The day until which an answer is asked for.", example="2026-12-01")
STATE = declare(Code(rules.STATES), FieldClass.ACCOUNT, "Where it stands.", example=rules.DRAFT)
SENT_ON = declare(Day(), FieldClass.ACCOUNT, "The day on which it was sent.")
MADE_BY = declare(Reference(), FieldClass.ACCOUNT, "Who drafted it.", staff=True)
CONDITIONS = declare(Codes(codes("referral_condition")), FieldClass.ACCOUNT, "On which the agency takes it.")
REJECTION_REASON = declare(Code(codes("rejection_reason")), FieldClass.ACCOUNT, "Why the agency does not take it.")
OUTCOME = declare(Code(codes("referral_outcome")), FieldClass.ACCOUNT, "What came of it.")
RETURNED_TO = declare(Reference(), FieldClass.ACCOUNT, "To whom it comes back.", staff=True)
RESPONSIBLE = declare(Code(("receiver", "sender")), FieldClass.ACCOUNT, "Who is responsible for the person.")
STEP = declare(Code(codes("referral_step").parts[0].values), FieldClass.BASIC, "What is done to it.", example="receive")

LANGUAGE = declare(nullable(Code(codes("language"))), FieldClass.IDENTITY, "In which to speak.", example="bg")
DIALECT = declare(nullable(SingleLine(100)), FieldClass.IDENTITY, "The dialect.")
INTERPRETER_GENDER = declare(
    nullable(Code(codes("interpreter_gender"))), FieldClass.IDENTITY, "Who is to interpret, if it matters."
)
RISK_TO_PERSON = declare(
    nullable(Code(codes("risk_level"))), FieldClass.ACCOUNT, "How great the risk to the person is."
)
RISK_TO_STAFF = declare(nullable(Code(codes("risk_level"))), FieldClass.ACCOUNT, "How great the risk to staff is.")
RISK = declare(nullable(SingleLine(_LONGEST)), FieldClass.ACCOUNT, "The risk, in words.")
EXCLUSIONS = declare(nullable(SingleLine(_LONGEST)), FieldClass.PRIVILEGED, "Whom the person does not want near.")
DEPENDANTS = declare(nullable(SingleLine(_LONGEST)), FieldClass.IDENTITY, "Who depends on the person.")
URGENT_HEALTH = declare(nullable(SingleLine(_LONGEST)), FieldClass.HEALTH, "What of their health can't wait.")
TOLD = declare(nullable(SingleLine(_LONGEST)), FieldClass.ACCOUNT, "What the person was told of the referral.")
OUT_OF_HOURS = declare(nullable(SingleLine(_LONGEST)), FieldClass.IDENTITY, "How to reach somebody out of hours.")
EXCLUDED_AGENCIES = declare(
    Codes(), FieldClass.PRIVILEGED, "The agencies that the person excluded.", example=["GB.SCA"]
)


class RecordReferralIn(Command):
    """Another agency referred the person to us; what kind of agency, and no name."""

    agency_type: str = required(AGENCY_TYPE)
    reason: str = required(REFERRAL_REASON)
    service_types: list[str] = required(SERVICE_TYPES)
    urgent: bool = optional(URGENT, default=False)
    received_on: date | None = optional(RECEIVED_ON, default=None)


class DraftReferral(Command):
    """A referral to another agency is prepared; nobody hears of it until it is sent."""

    agency: str = required(AGENCY_OF_LIST)
    purpose: str = required(PURPOSE)
    service_types: list[str] = required(SERVICE_TYPES)
    data_categories: list[str] = required(DATA_CATEGORIES)
    urgent: bool = optional(URGENT, default=False)
    reply_by: date = required(REPLY_BY)


class TakeReferralStep(Command):
    """Something is done to a referral, by whoever does it."""

    step: str = required(STEP)
    reply_by: date | None = optional(or_null(REPLY_BY), default=None)
    reason: str | None = optional(or_null(REJECTION_REASON), default=None)
    outcome: str | None = optional(or_null(OUTCOME), default=None)
    conditions: list[str] = optional(CONDITIONS, default_factory=list)


class WritePackage(Command):
    """What the agency needs to know; what is left out, or null, is not told.

    How the person is reached safely, and which agencies they excluded, go along as they are recorded.
    """

    language: str | None = optional(LANGUAGE, default=None)
    dialect: str | None = optional(DIALECT, default=None)
    interpreter_gender: str | None = optional(INTERPRETER_GENDER, default=None)
    risk_to_person: str | None = optional(RISK_TO_PERSON, default=None)
    risk_to_staff: str | None = optional(RISK_TO_STAFF, default=None)
    risk: str | None = optional(RISK, default=None)
    exclusions: str | None = optional(EXCLUSIONS, default=None)
    dependants: str | None = optional(DEPENDANTS, default=None)
    urgent_health: str | None = optional(URGENT_HEALTH, default=None)
    told: str | None = optional(TOLD, default=None)
    out_of_hours: str | None = optional(OUT_OF_HOURS, default=None)


class ReferralIn(View):
    """A referral to us as the case shows it."""

    id = REFERRAL
    agency_type = AGENCY_TYPE
    reason = REFERRAL_REASON
    service_types = SERVICE_TYPES
    urgent = URGENT
    received_on = RECEIVED_ON


class Referral(View):
    """A referral to another agency as the case shows it; what has not happened is null."""

    id = REFERRAL
    state = STATE
    agency = AGENCY
    purpose = PURPOSE
    service_types = SERVICE_TYPES
    data_categories = DATA_CATEGORIES
    urgent = URGENT
    reply_by = REPLY_BY
    sent_on = or_null(SENT_ON)
    made_by = MADE_BY
    conditions = CONDITIONS
    reason = or_null(REJECTION_REASON)
    outcome = or_null(OUTCOME)
    returned_to = or_null(RETURNED_TO)
    responsible = RESPONSIBLE


class PackedWords(View):
    """What is written for an agency, and the agencies that the person excluded; what is empty is left out."""

    language = omittable(LANGUAGE)
    dialect = omittable(DIALECT)
    interpreter_gender = omittable(INTERPRETER_GENDER)
    risk_to_person = omittable(RISK_TO_PERSON)
    risk_to_staff = omittable(RISK_TO_STAFF)
    risk = omittable(RISK)
    exclusions = omittable(EXCLUSIONS)
    dependants = omittable(DEPENDANTS)
    urgent_health = omittable(URGENT_HEALTH)
    told = omittable(TOLD)
    out_of_hours = omittable(OUT_OF_HOURS)
    excluded_agencies = omittable(EXCLUDED_AGENCIES)


class PackageCopy(PackedWords):
    """What the person's copy has of a package: not the safe contact, whose code word is never on paper."""

    referral = REFERRAL
    agency = AGENCY
    sent_on = or_null(SENT_ON)


class PackageFields(PackedWords):
    """What is in a package, with how the person is reached safely."""

    safe_contact = omittable(part(Agreement))


class ReferralPackage(CaseView):
    """A package as it is written, and as it was sent."""

    id = ID
    package_sent_on = declare(nullable(Day()), FieldClass.BASIC, "The day on which it was sent.")
    package = part(PackageFields)
    sent = part(PackageFields)


class PackagePreview(CaseView):
    """What would go to the agency today."""

    id = ID
    package = part(PackageFields)
    left_out = declare(Codes(codes("data_category")), FieldClass.BASIC, "The categories that would not go.")


class ChangedReferral(View):
    """The referral that was changed."""

    id = ID


class ReferralStepTaken(ChangedReferral):
    """What was done to a referral."""

    step = STEP


#: The case's parts.
REFERRALS_IN = parts(ReferralIn, Copied("referral_in"))
REFERRALS = parts(Referral, Copied("referral"))
#: In the person's copy alone: in no class of records, so that no demand can disclose it; it concerns others too.
PACKAGES = parts(PackageCopy, Copied(third_parties=True))
