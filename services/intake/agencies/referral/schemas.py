"""The commands and views of referrals and their packages.

The fields of referrals and steps are declared on their columns (`models`). A package is sealed, so its fields are
declared here. No error repeats its content.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import ClassVar, Final
from uuid import UUID

from marshmallow import fields, validate

from services.intake.agencies.consent.schemas import AGENCY_ASKED, AGENCY_CODE
from services.intake.agencies.referral import models, rules
from services.intake.facts.case.schemas import RecordFact
from services.intake.facts.safe_contact.schemas import CONTACT_SAFE, Agreement
from shared.access.declarations import ID, declare, field_of, nullable, omittable, or_null
from shared.access.permissions import OF_THE_LEAD, FieldClass
from shared.access.views import CaseView, Copied, View, part, parts
from shared.casework.corrections import Correct
from shared.events.contract import Code, Codes, Day, Flag, Reference
from shared.http import Command, Query, optional, paging, required
from shared.http.words import SingleLine
from shared.reference import codes

_LONGEST = 1_000
_LONGEST_MOMENT: Final = len("2026-12-01T17:00:00.000000+00:00")
_DAY_OR_INSTANT: Final = re.compile(
    r"^(19|2[01])[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"(T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9]))?$"
)

REFERRAL = field_of(models.Referral.id)
URGENCY_ASKED = declare(Flag(), FieldClass.ACCOUNT, "False if it was not asked whether it can wait.")
REPLY_BY_GIVEN = declare(
    fields.String(
        validate=[
            validate.Length(max=_LONGEST_MOMENT),
            validate.Regexp(_DAY_OR_INSTANT, error="is not a date, or an instant with its offset from UTC"),
        ]
    ),
    FieldClass.ACCOUNT,
    "The day until whose end an answer is asked for, or the instant, with its offset.",
    example="2026-12-01T17:00:00+00:00",
)
STANDS = declare(Code(codes("referral_state")), FieldClass.ACCOUNT, "Where it stands now.")
TAKES_BACK = declare(Code(codes("referral_state")), FieldClass.ACCOUNT, "The announced value that is not true.")
RESPONSIBLE = declare(Code(("receiver", "sender")), FieldClass.ACCOUNT, "The party responsible for the person.")
STEP = declare(Code(codes("referral_step").parts[0].values), FieldClass.BASIC, "The step.", example="receive")

ANSWER_CODE = declare(Code(codes("referral_step")), FieldClass.BASIC, "The agency's answer.", example="accept")
ANSWER = declare(Code(sorted(rules.ANSWERS)), FieldClass.BASIC, "The agency's answer.", example="accept")

LANGUAGE = declare(nullable(Code(codes("language"))), FieldClass.IDENTITY, "In which to speak.", example="bg")
DIALECT = declare(nullable(SingleLine(100)), FieldClass.IDENTITY, "The dialect.")
INTERPRETER_GENDER = declare(
    nullable(Code(codes("interpreter_gender"))), FieldClass.IDENTITY, "The person's wishes for an interpreter."
)
RISK_TO_PERSON = declare(
    nullable(Code(codes("risk_level"))), FieldClass.ACCOUNT, "How great the risk to the person is."
)
RISK_TO_STAFF = declare(nullable(Code(codes("risk_level"))), FieldClass.ACCOUNT, "How great the risk to staff is.")
RISK = declare(nullable(SingleLine(_LONGEST)), FieldClass.ACCOUNT, "The risk, in words.")
EXCLUSIONS = declare(
    nullable(SingleLine(_LONGEST)),
    FieldClass.PRIVILEGED,
    "The people whom the person excludes.",
    category="third_parties",
)
DEPENDANTS = declare(
    nullable(SingleLine(_LONGEST)), FieldClass.IDENTITY, "The person's dependants.", category="children"
)
URGENT_HEALTH = declare(nullable(SingleLine(_LONGEST)), FieldClass.HEALTH, "Urgent health needs.")
TOLD = declare(
    nullable(SingleLine(_LONGEST)), FieldClass.ACCOUNT, "The information that the person received about the referral."
)
OUT_OF_HOURS = declare(
    nullable(SingleLine(_LONGEST)), FieldClass.IDENTITY, "The contact outside office hours.", category=CONTACT_SAFE
)
EXCLUDED_AGENCIES = declare(
    Codes(),
    FieldClass.PRIVILEGED,
    "The agencies that the person excluded, by their ids in the register.",
    example=["75eaa3e1-0d1b-5f24-b7c5-6f7aee6d2a49"],
    category="third_parties",
)

EXCLUDED_PEOPLE = declare(
    Codes(codes("exclusion_kind")),
    FieldClass.PRIVILEGED,
    "How the other excluded people are related to the person.",
    example=["relative"],
    category="third_parties",
)


class RecordReferralIn(RecordFact):
    """A referral to us from another agency. The type of the agency is recorded, not its name."""

    agency_type: str = required(models.ReferralIn.agency_type)
    reason: str = required(models.ReferralIn.reason)
    service_types: list[str] = required(models.ReferralIn.service_types)
    urgent: bool | None = optional(models.ReferralIn.urgent, default=False)
    received_on: date | None = optional(models.ReferralIn.received_on, default=None)


class DraftReferral(RecordFact):
    """Prepare a referral to another agency. The agency does not receive it until it is sent.

    `happened`: when it was made, if that is already past.
    """

    agency: UUID = required(AGENCY_ASKED)
    purpose: str = required(models.Referral.purpose)
    service_types: list[str] = required(models.Referral.service_types)
    data_categories: list[str] = required(models.Referral.data_categories)
    urgent: bool | None = optional(models.Referral.urgent, default=False)
    reply_by: str = required(REPLY_BY_GIVEN)


class CorrectReferralIn(Correct):
    """The corrected values of a referral to us. An omitted field stays as it is."""

    agency_type: str | None = optional(or_null(models.ReferralIn.agency_type), default=None)
    referred_because: str | None = optional(or_null(models.ReferralIn.reason), default=None)
    service_types: list[str] | None = optional(or_null(models.ReferralIn.service_types), default=None)
    urgent: bool | None = optional(models.ReferralIn.urgent, default=None)
    happened: str | None = optional(models.ReferralIn.happened, default=None)
    learnt: str | None = optional(models.ReferralIn.learnt, default=None)
    received_on: date | None = optional(or_null(models.ReferralIn.received_on), default=None)

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_code", "urgent": True}


class CorrectReferral(Correct):
    """The corrected values of a referral. An omitted field stays as it is.

    To take back what the agency has already received, withdraw the referral and make another.
    """

    agency: UUID | None = optional(or_null(AGENCY_ASKED), default=None)
    purpose: str | None = optional(or_null(models.Referral.purpose), default=None)
    service_types: list[str] | None = optional(or_null(models.Referral.service_types), default=None)
    data_categories: list[str] | None = optional(or_null(models.Referral.data_categories), default=None)
    urgent: bool | None = optional(models.Referral.urgent, default=None)
    reply_by: str | None = optional(or_null(REPLY_BY_GIVEN), default=None)

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_date", "reply_by": "2026-12-02"}


class CorrectReferralStep(Correct):
    """The corrected time or values of a step. An omitted field stays as it is."""

    happened: str | None = optional(models.ReferralStep.happened, default=None)
    learnt: str | None = optional(models.ReferralStep.learnt, default=None)
    rejected_because: str | None = optional(models.ReferralStep.reason, default=None)
    outcome: str | None = optional(models.ReferralStep.outcome, default=None)
    conditions: list[str] | None = optional(or_null(models.ReferralStep.conditions), default=None)

    sample: ClassVar[Mapping[str, object]] = {"reason": "more_exact_date", "happened": "2026-03-02T15:40:00Z"}


class AnswerReferral(RecordFact):
    """An agency's answer to a referral. The referral may not be recorded yet."""

    agency: UUID = required(AGENCY_ASKED)
    step: str = required(ANSWER)
    reply_by: str | None = optional(or_null(REPLY_BY_GIVEN), default=None)
    reason: str | None = optional(models.ReferralStep.reason, default=None)
    conditions: list[str] = optional(models.ReferralStep.conditions, default_factory=list)

    sample: ClassVar[Mapping[str, object]] = {"agency": "NL.COMENSHA", "step": "accept", "happened": "2026-03-02"}


class TakeReferralStep(RecordFact):
    """A step of a referral, by us, the agency or the person."""

    step: str = required(STEP)
    reply_by: str | None = optional(or_null(REPLY_BY_GIVEN), default=None)
    reason: str | None = optional(models.ReferralStep.reason, default=None)
    outcome: str | None = optional(models.ReferralStep.outcome, default=None)
    conditions: list[str] = optional(models.ReferralStep.conditions, default_factory=list)


class WritePackage(Command):
    """The information that the agency needs. Omitted fields and null are not sent.

    The package also contains the recorded safe contact and exclusions.
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


class ReferralIn(View, of=models.ReferralIn):
    """A referral to us in the case's file."""


class Referral(View, of=models.Referral):
    """A referral to another agency in the case's file. Fields for steps that have not happened are null."""

    agency_code = AGENCY_CODE
    responsible = RESPONSIBLE


class ReferralStep(View, of=models.ReferralStep):
    """A step of a referral in the case's file, also one without an effect (yet)."""

    agency_code = AGENCY_CODE


class PackedWords(View):
    """The text written for an agency, and the person's exclusions. Empty fields are omitted."""

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
    excluded_people = omittable(EXCLUDED_PEOPLE)


class PackageCopy(PackedWords):
    """A package in the person's copy, without the safe contact: its code word is never on paper."""

    referral = REFERRAL
    agency = models.Referral.agency
    agency_code = AGENCY_CODE
    sent_on = models.Referral.sent_on


class PackageFields(PackedWords):
    """The content of a package, with the safe contact."""

    safe_contact = omittable(part(Agreement, category=CONTACT_SAFE))


class ReferralPackage(CaseView):
    """A package as currently written, and as it was sent."""

    id = ID
    package_sent_on = declare(nullable(Day()), FieldClass.BASIC, "The day on which it was sent.")
    package = part(PackageFields)
    sent = part(PackageFields)


#: The query parameter that adds the result of sending the referral now to a preview.
WITH_SENDING: Final[Query] = (
    "with",
    {"type": "string", "enum": ["sending"]},
    "`sending`: also why the referral would be held if it were sent now, and the categories not covered",
)


def asks_for_sending(query: Mapping[str, str]) -> bool:
    """Return whether the query asks for the result of sending the referral now. Raises `Refused`."""
    if query.get("with") not in (None, "sending"):
        raise paging.unclear("The value of `with` is not known. The only value is `sending`.")
    return "with" in query


class PackagePreview(CaseView):
    """The package that the agency would receive today. `with=sending` adds the last fields."""

    id = ID
    package = part(PackageFields)
    left_out = declare(Codes(codes("data_category")), FieldClass.BASIC, "The data categories that would not be sent.")
    held_because = omittable(
        declare(
            nullable(Code(codes("referral_held_because"))),
            FieldClass.ACCOUNT,
            "Why the referral would be held if it were sent now; null: it would be sent.",
        )
    )
    not_covered = omittable(
        declare(
            Codes(codes("data_category")),
            FieldClass.ACCOUNT,
            "The categories that neither a consent nor a legal ground covers.",
        )
    )


class ChangedReferral(View):
    """The referral that was changed."""

    id = ID


class ReferralStepTaken(ChangedReferral):
    """The recorded step, its effect, and an earlier step that states the same, if there is one."""

    step = STEP
    effect = omittable(declare(Code(codes("referral_step_effect")), FieldClass.BASIC, "The effect of the step."))
    state = omittable(declare(Code(rules.STATES), FieldClass.BASIC, "The state of the referral.", example="sent"))
    alike = omittable(declare(Reference(), FieldClass.BASIC, "An earlier step with the same content."))


#: The case's parts.
REFERRALS_IN = parts(ReferralIn, Copied("referral_in"))
REFERRALS = parts(Referral, Copied("referral"), category=OF_THE_LEAD)
REFERRAL_STEPS = parts(ReferralStep, Copied("referral"), category=OF_THE_LEAD)
#: Only in the person's copy. It is in no class of records, so no demand can disclose it. It is also about others.
PACKAGES = parts(PackageCopy, Copied(third_parties=True))
