"""Referrals and their packages: their fields, each declared once, and what is recorded and shown of them.

A package is stored sealed, and never repeated in an error.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import ClassVar, Final
from uuid import UUID

from marshmallow import fields, validate

from services.intake.case.schemas import HAPPENED, LEARNT, RecordedFact, RecordFact
from services.intake.consent.schemas import AGENCY, AGENCY_ASKED, AGENCY_CODE
from services.intake.referral import rules
from services.intake.safe_contact.schemas import CONTACT_SAFE, Agreement
from shared.access.declarations import ID, declare, nullable, omittable, or_null
from shared.access.permissions import OF_THE_LEAD, FieldClass
from shared.access.views import CaseView, Copied, View, part, parts
from shared.casework.corrections import Correct
from shared.events.contract import Code, Codes, Count, Day, Flag, Instant, Reference
from shared.http import Command, Query, optional, paging, required
from shared.http.words import SingleLine
from shared.reference import codes

_LONGEST = 1_000
_LONGEST_MOMENT: Final = len("2026-12-01T17:00:00.000000+00:00")
_DAY_OR_INSTANT: Final = re.compile(
    r"^(19|2[01])[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"(T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9]))?$"
)

REFERRAL = declare(Reference(), FieldClass.ACCOUNT, "The referral.")
AGENCY_TYPE = declare(Code(codes("org_type")), FieldClass.ACCOUNT, "What kind of agency referred the person to us.")
REFERRED_BECAUSE = declare(Code(codes("referral_reason")), FieldClass.ACCOUNT, "Why it did.")
RECEIVED_ON = declare(Day(), FieldClass.ACCOUNT, "The day on which it reached us, today by default.")
PURPOSE = declare(Code(codes("consent_purpose")), FieldClass.ACCOUNT, "What for.")
SERVICE_TYPES = declare(Codes(codes("service_type")), FieldClass.ACCOUNT, "The services that are asked for.")
DATA_CATEGORIES = declare(Codes(codes("data_category")), FieldClass.ACCOUNT, "What goes along.")
URGENT = declare(Flag(), FieldClass.ACCOUNT, "Whether it can't wait.")
URGENCY_ASKED = declare(
    Flag(), FieldClass.ACCOUNT, "False where nobody asked whether it can wait; then it is not said that it can."
)
REPLY_BY_GIVEN = declare(
    fields.String(
        validate=[
            validate.Length(max=_LONGEST_MOMENT),
            validate.Regexp(_DAY_OR_INSTANT, error="is neither a date nor an instant with its offset from UTC"),
        ]
    ),
    FieldClass.ACCOUNT,
    "The day until whose end an answer is asked for, or the instant, with its offset.",
    example="2026-12-01T17:00:00+00:00",
)
REPLY_BY_AT = declare(
    nullable(Instant()), FieldClass.ACCOUNT, "The instant by which an answer is asked for; null: by the end of the day."
)
HELD_BECAUSE = declare(
    nullable(Code(codes("referral_held_because"))),
    FieldClass.ACCOUNT,
    "Why it has gone to nobody yet, though it was made; null: it has, or is not made.",
)
HELD_ON = declare(nullable(Day()), FieldClass.ACCOUNT, "The day since which it waits so.")
CAME_BACK_ON = declare(nullable(Day()), FieldClass.ACCOUNT, "The day on which it came back; null: it has not.")
NUMBER = declare(Count(), FieldClass.ACCOUNT, "Its place among the case's steps, as they were recorded.", example=1)
EFFECT = declare(Code(codes("referral_step_effect")), FieldClass.ACCOUNT, "What it came to.")
STANDS = declare(Code(codes("referral_state")), FieldClass.ACCOUNT, "Where it stands now.")
TAKES_BACK = declare(Code(codes("referral_state")), FieldClass.ACCOUNT, "What was announced and is not so.")
REPLY_BY = declare(Day(), FieldClass.ACCOUNT, "The day until which an answer is asked for.", example="2026-12-01")
STATE = declare(Code(rules.STATES), FieldClass.ACCOUNT, "Where it stands.", example=rules.DRAFT)
SENT_ON = declare(Day(), FieldClass.ACCOUNT, "The day on which it was sent.")
MADE_BY = declare(Reference(), FieldClass.ACCOUNT, "Who drafted it.", author=True)
CONDITIONS = declare(Codes(codes("referral_condition")), FieldClass.ACCOUNT, "On which the agency takes it.")
REJECTION_REASON = declare(Code(codes("rejection_reason")), FieldClass.ACCOUNT, "Why the agency does not take it.")
OUTCOME = declare(Code(codes("referral_outcome")), FieldClass.ACCOUNT, "What came of it.")
RETURNED_TO = declare(Reference(), FieldClass.ACCOUNT, "To whom it comes back.", staff=True)
RESPONSIBLE = declare(Code(("receiver", "sender")), FieldClass.ACCOUNT, "Who is responsible for the person.")
STEP_RECORDED = declare(Code((*codes("referral_step").parts[0].values, "expire")), FieldClass.ACCOUNT, "What was done.")
STEP = declare(Code(codes("referral_step").parts[0].values), FieldClass.BASIC, "What is done to it.", example="receive")

ANSWER_CODE = declare(Code(codes("referral_step")), FieldClass.BASIC, "What the agency answered.", example="accept")
ANSWER = declare(Code(sorted(rules.ANSWERS)), FieldClass.BASIC, "What the agency answered.", example="accept")

REPORT = declare(
    nullable(Reference()), FieldClass.ACCOUNT, "The report in which its agency said so itself; null: staff recorded it."
)

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
EXCLUSIONS = declare(
    nullable(SingleLine(_LONGEST)),
    FieldClass.PRIVILEGED,
    "Whom the person does not want near.",
    category="third_parties",
)
DEPENDANTS = declare(
    nullable(SingleLine(_LONGEST)), FieldClass.IDENTITY, "Who depends on the person.", category="children"
)
URGENT_HEALTH = declare(nullable(SingleLine(_LONGEST)), FieldClass.HEALTH, "What of their health can't wait.")
TOLD = declare(nullable(SingleLine(_LONGEST)), FieldClass.ACCOUNT, "What the person was told of the referral.")
OUT_OF_HOURS = declare(
    nullable(SingleLine(_LONGEST)), FieldClass.IDENTITY, "How to reach somebody out of hours.", category=CONTACT_SAFE
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
    "What others whom the person does not want near are to them.",
    example=["relative"],
    category="third_parties",
)


class RecordReferralIn(RecordFact):
    """Another agency referred the person to us; what kind of agency, and no name."""

    agency_type: str = required(AGENCY_TYPE)
    reason: str = required(REFERRED_BECAUSE)
    service_types: list[str] = required(SERVICE_TYPES)
    urgent: bool | None = optional(or_null(URGENT), default=False)
    received_on: date | None = optional(RECEIVED_ON, default=None)


class DraftReferral(RecordFact):
    """A referral to another agency is prepared; nobody hears of it until it is sent.

    `happened`: when it was made, if that is over already.
    """

    agency: UUID = required(AGENCY_ASKED)
    purpose: str = required(PURPOSE)
    service_types: list[str] = required(SERVICE_TYPES)
    data_categories: list[str] = required(DATA_CATEGORIES)
    urgent: bool | None = optional(or_null(URGENT), default=False)
    reply_by: str = required(REPLY_BY_GIVEN)


class CorrectReferralIn(Correct):
    """What a referral to us should have said; what is left out stays as it is."""

    agency_type: str | None = optional(or_null(AGENCY_TYPE), default=None)
    referred_because: str | None = optional(or_null(REFERRED_BECAUSE), default=None)
    service_types: list[str] | None = optional(or_null(SERVICE_TYPES), default=None)
    urgent: bool | None = optional(or_null(URGENT), default=None)
    happened: str | None = optional(HAPPENED, default=None)
    learnt: str | None = optional(LEARNT, default=None)
    received_on: date | None = optional(or_null(RECEIVED_ON), default=None)

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_code", "urgent": True}


class CorrectReferral(Correct):
    """What a referral should have said; what is left out stays as it is.

    What the agency has heard already is taken back by withdrawing the referral, and making another.
    """

    agency: UUID | None = optional(or_null(AGENCY_ASKED), default=None)
    purpose: str | None = optional(or_null(PURPOSE), default=None)
    service_types: list[str] | None = optional(or_null(SERVICE_TYPES), default=None)
    data_categories: list[str] | None = optional(or_null(DATA_CATEGORIES), default=None)
    urgent: bool | None = optional(or_null(URGENT), default=None)
    reply_by: str | None = optional(or_null(REPLY_BY_GIVEN), default=None)

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_date", "reply_by": "2026-12-02"}


class CorrectReferralStep(Correct):
    """When a step really happened, or what it should have said; what is left out stays as it is."""

    happened: str | None = optional(HAPPENED, default=None)
    learnt: str | None = optional(LEARNT, default=None)
    rejected_because: str | None = optional(or_null(REJECTION_REASON), default=None)
    outcome: str | None = optional(or_null(OUTCOME), default=None)
    conditions: list[str] | None = optional(or_null(CONDITIONS), default=None)

    sample: ClassVar[Mapping[str, object]] = {"reason": "more_exact_date", "happened": "2026-03-02T15:40:00Z"}


class AnswerReferral(RecordFact):
    """What an agency answered to a referral that may not be recorded yet."""

    agency: UUID = required(AGENCY_ASKED)
    step: str = required(ANSWER)
    reply_by: str | None = optional(or_null(REPLY_BY_GIVEN), default=None)
    reason: str | None = optional(or_null(REJECTION_REASON), default=None)
    conditions: list[str] = optional(CONDITIONS, default_factory=list)

    sample: ClassVar[Mapping[str, object]] = {"agency": "NL.COMENSHA", "step": "accept", "happened": "2026-03-02"}


class TakeReferralStep(RecordFact):
    """Something is done to a referral, by whoever does it."""

    step: str = required(STEP)
    reply_by: str | None = optional(or_null(REPLY_BY_GIVEN), default=None)
    reason: str | None = optional(or_null(REJECTION_REASON), default=None)
    outcome: str | None = optional(or_null(OUTCOME), default=None)
    conditions: list[str] = optional(CONDITIONS, default_factory=list)


class WritePackage(Command):
    """What the agency needs to know; what is left out, or null, is not told.

    How the person is reached safely, and whom they excluded, go along as they are recorded.
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


class ReferralIn(RecordedFact):
    """A referral to us as the case shows it."""

    id = REFERRAL
    agency_type = AGENCY_TYPE
    reason = REFERRED_BECAUSE
    service_types = SERVICE_TYPES
    urgent = or_null(URGENT)
    received_on = RECEIVED_ON


class Referral(RecordedFact):
    """A referral to another agency as the case shows it; what has not happened is null."""

    id = REFERRAL
    state = STATE
    agency = AGENCY
    agency_code = AGENCY_CODE
    purpose = PURPOSE
    service_types = SERVICE_TYPES
    data_categories = DATA_CATEGORIES
    urgent = or_null(URGENT)
    reply_by = REPLY_BY
    reply_by_at = REPLY_BY_AT
    held_because = HELD_BECAUSE
    held_on = HELD_ON
    sent_on = or_null(SENT_ON)
    made_by = MADE_BY
    conditions = CONDITIONS
    reason = or_null(REJECTION_REASON)
    outcome = or_null(OUTCOME)
    returned_to = or_null(RETURNED_TO)
    came_back_on = CAME_BACK_ON
    responsible = RESPONSIBLE


class ReferralStep(RecordedFact):
    """A step of a referral as the case shows it, also one that has no effect (yet)."""

    id = declare(Reference(), FieldClass.ACCOUNT, "The step.")
    referral_id = declare(
        nullable(Reference()), FieldClass.ACCOUNT, "The referral; null of an answer to one that is not recorded yet."
    )
    number = NUMBER
    agency = AGENCY
    agency_code = AGENCY_CODE
    step = STEP_RECORDED
    reply_by = or_null(REPLY_BY)
    reply_by_at = REPLY_BY_AT
    reason = or_null(REJECTION_REASON)
    outcome = or_null(OUTCOME)
    conditions = CONDITIONS
    effect = EFFECT
    report = REPORT


class PackedWords(View):
    """What is written for an agency, and whom the person excluded; what is empty is left out."""

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
    """What the person's copy has of a package: not the safe contact, whose code word is never on paper."""

    referral = REFERRAL
    agency = AGENCY
    agency_code = AGENCY_CODE
    sent_on = or_null(SENT_ON)


class PackageFields(PackedWords):
    """What is in a package, with how the person is reached safely."""

    safe_contact = omittable(part(Agreement, category=CONTACT_SAFE))


class ReferralPackage(CaseView):
    """A package as it is written, and as it was sent."""

    id = ID
    package_sent_on = declare(nullable(Day()), FieldClass.BASIC, "The day on which it was sent.")
    package = part(PackageFields)
    sent = part(PackageFields)


#: The query by which a preview is asked for with what happens to the referral if it is sent now.
WITH_SENDING: Final[Query] = (
    "with",
    {"type": "string", "enum": ["sending"]},
    "`sending`: also why the referral would be held if it were sent now, and what is not covered",
)


def asks_for_sending(query: Mapping[str, str]) -> bool:
    """Return whether a preview is asked for with what happens if the referral is sent now. Raises `Refused`."""
    if query.get("with") not in (None, "sending"):
        raise paging.unclear("`with` is `sending`.")
    return "with" in query


class PackagePreview(CaseView):
    """What would go to the agency today. `with=sending` adds the last fields."""

    id = ID
    package = part(PackageFields)
    left_out = declare(Codes(codes("data_category")), FieldClass.BASIC, "The categories that would not go.")
    held_because = omittable(
        declare(
            nullable(Code(codes("referral_held_because"))),
            FieldClass.ACCOUNT,
            "Why it would reach nobody if it were sent now; null: it would go.",
        )
    )
    not_covered = omittable(
        declare(
            Codes(codes("data_category")), FieldClass.ACCOUNT, "The categories that no consent and no ground covers."
        )
    )


class ChangedReferral(View):
    """The referral that was changed."""

    id = ID


class ReferralStepTaken(ChangedReferral):
    """What was done to a referral, what that came to, and an earlier step that says the same, if there is one."""

    step = STEP
    effect = omittable(declare(Code(codes("referral_step_effect")), FieldClass.BASIC, "What it came to."))
    state = omittable(declare(Code(rules.STATES), FieldClass.BASIC, "Where the referral stands.", example="sent"))
    alike = omittable(declare(Reference(), FieldClass.BASIC, "An earlier step that says the same."))


#: The case's parts.
REFERRALS_IN = parts(ReferralIn, Copied("referral_in"))
REFERRALS = parts(Referral, Copied("referral"), category=OF_THE_LEAD)
REFERRAL_STEPS = parts(ReferralStep, Copied("referral"), category=OF_THE_LEAD)
#: In the person's copy alone: in no class of records, so that no demand can disclose it; it concerns others too.
PACKAGES = parts(PackageCopy, Copied(third_parties=True))
