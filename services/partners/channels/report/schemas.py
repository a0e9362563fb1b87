"""The commands and views of reports. Fields that are columns are declared there (`models`)."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar, Final, cast
from uuid import UUID

from marshmallow import ValidationError, fields

from services.partners.channels.report import models, rules
from shared.access.declarations import declare, nullable, or_null
from shared.access.views import View, part, parts
from shared.events.contract import Code, Codes, Count, Day, Flag, Moment, Reference
from shared.events.kinds import BoundedList
from shared.http import Command, optional, paging, required
from shared.http.route import Query
from shared.reference import codes

#: The maximum number of reports in one call.
MOST_REPORTS: Final = 50
ID = declare(Reference(), None, "A UUID that the agency makes up for this report, and by which it knows it.")
ABOUT = declare(
    Reference(),
    None,
    "By the agency's own name for it: the referral that was sent to it, the consent that was withdrawn, or its own "
    "referral to us, to which it adds something.",
)
HAPPENED = declare(
    Moment(), None, "When it happened: an instant, a day, month or year, or `unknown`; left out: as it is reported."
)
STEP = declare(Code(codes("agency_referral_answer")), None, "The agency's answer.", example="accept")
REPLY_BY = declare(
    Day(), None, "The day until which an answer is asked for, or on a waiting list until which there is one."
)
REASON = declare(Code(codes("rejection_reason")), None, "Why it does not take it.")
CONDITIONS = declare(Codes(codes("referral_condition")), None, "On which it takes it.")
OUTCOME = declare(Code(codes("referral_outcome")), None, "The outcome.")
ANSWER = declare(Code(codes("withdrawal_answer")), None, "What the agency did with the data.")
BASIS = declare(Code(codes("legal_basis")), None, "On which it keeps something.", example="public_task")
SERVICE_TYPE = declare(Code(codes("service_type")), None, "With what it helps.")
PROGRESS = declare(Code(codes("service_progress")), None, "How far that is.")
JURISDICTION = declare(Code(codes("jurisdiction")), None, "Whose law counts for the person.", example="NL")
REFERRED_BECAUSE = declare(Code(codes("referral_reason")), None, "Why it refers the person.")
SERVICE_TYPES = declare(Codes(codes("service_type")), None, "The services that it asks for.", example=["legal_advice"])
URGENT = declare(Flag(), None, "Whether it can't wait.")
LANGUAGE = declare(Code(codes("language")), None, "In which to speak with the person.", example="ro")
AGE = declare(Code(codes("age")), None, "Whether the person is of age, as far as is known.")
DETAILS_AGREED = declare(
    Flag(), None, "Whether the person agreed that the agency tells us who they are, once we ask it by telephone."
)


class MakeReport(Command):
    """A report of an agency, in codes only; its fields depend on its kind."""

    id: UUID = required(ID)
    kind: str = required(models.AgencyReport.kind)
    about: UUID | None = optional(or_null(ABOUT), default=None)
    happened: str | None = optional(or_null(HAPPENED), default=None)
    step: str | None = optional(or_null(STEP), default=None)
    reply_by: date | None = optional(or_null(REPLY_BY), default=None)
    reason: str | None = optional(or_null(REASON), default=None)
    conditions: list[str] | None = optional(or_null(CONDITIONS), default=None)
    outcome: str | None = optional(or_null(OUTCOME), default=None)
    answer: str | None = optional(or_null(ANSWER), default=None)
    basis: str | None = optional(or_null(BASIS), default=None)
    service_type: str | None = optional(or_null(SERVICE_TYPE), default=None)
    progress: str | None = optional(or_null(PROGRESS), default=None)
    jurisdiction: str | None = optional(or_null(JURISDICTION), default=None)
    referred_because: str | None = optional(or_null(REFERRED_BECAUSE), default=None)
    service_types: list[str] | None = optional(or_null(SERVICE_TYPES), default=None)
    urgent: bool | None = optional(or_null(URGENT), default=None)
    language: str | None = optional(or_null(LANGUAGE), default=None)
    age: str | None = optional(or_null(AGE), default=None)
    details_agreed: bool | None = optional(or_null(DETAILS_AGREED), default=None)

    sample: ClassVar[Mapping[str, object] | None] = {
        "id": "0b0e8f3a-5f0c-4a3e-9d53-2b1f6f0a7c11",
        "kind": rules.REFERRAL_ANSWER,
        "about": "5f2c7a9e-1b64-4d0f-8a77-3c9be1d24f10",
        "step": "accept",
        "happened": "2026-03-02",
    }

    @property
    def said(self) -> dict[str, object]:
        """The fields with a value, without id and kind."""
        stored = self.stored()
        return {name: value for name, value in stored.items() if value is not None and name not in ("id", "kind")}


def _each_once(reports: list[MakeReport]) -> None:
    if len({report.id for report in reports}) != len(reports):
        raise ValidationError("has a reference twice")


class MakeReports(Command):
    """Several reports that succeed or fail independently."""

    reports: list[MakeReport] = required(
        declare(
            cast(
                "fields.Field[list[MakeReport]]",
                BoundedList(fields.Nested(MakeReport.schema), MOST_REPORTS, least=1, checks=[_each_once]),
            ),
            None,
            "The reports.",
        )
    )

    sample: ClassVar[Mapping[str, object] | None] = {"reports": [MakeReport.sample]}


class ShownReport(View, of=models.AgencyReport):
    """A report and its state; every id is the agency's pseudonym."""

    id = ID
    about = or_null(ABOUT)


class ReportPage(paging.Page):
    """Reports, latest first."""

    reports = parts(ShownReport)


class ReportProblem(View):
    """Why a report was refused, without repeating what was sent."""

    type = declare(fields.String(), None, "The type of the problem.", example="urn:casepath:problem:check-the-fields")
    rule = declare(Code(), None, "The rule that refused it.", example="id_is_free")
    field = declare(nullable(Code()), None, "The field that it is about, if it is about one.", example="id")
    message = declare(fields.String(), None, "The error, and what to do.")


class ReportMade(View):
    """The result of one of several reports: made, refused, or not processed because the call ended."""

    id = ID
    number = declare(Count(), None, "Which of the call's reports it is, from 1.", example=1)
    status = declare(Code(("made", "refused", "waiting")), None, "`waiting`: send the call again with its key.")
    problem = part(ReportProblem)


class ReportsMade(View):
    """The result of each report, in the order in which they were sent."""

    reports = parts(ReportMade)


STATE_ASKED: Final[Query] = (
    "state",
    {"type": "string", "enum": sorted(codes("agency_report_state"))},
    "only reports that stand so",
)
