"""What is read of agencies' reports, and what each of them is told of its own."""

from typing import Final

from marshmallow import Schema

from services.intake.referral.schemas import REFERRAL
from services.intake.report import schemas
from shared.events.audience import inside, party
from shared.events.contract import Code, Codes, Day, EventType, Moment, Read, Reference

SOURCE: Final = "partners"
#: What a report is about, as the envelope says it: no case, also where it is of one.
_KIND: Final = "report"


class ReportSettled(Schema):
    """A report (the event's subject) was recorded, or was not."""

    report = schemas.REPORT
    agency = schemas.TO_AGENCY
    outcome = schemas.OUTCOME
    refusal = schemas.REFUSAL
    effect = schemas.EFFECT


class ProgressRecorded(Schema):
    """The agency that took a referral says how far its help is."""

    referral = REFERRAL
    service_type = schemas.SERVICE_TYPE
    progress = schemas.PROGRESS


SETTLED: Final = EventType(
    "report.settled",
    ReportSettled,
    "referral",
    "What an agency reported was recorded in the case, or was not, and why.",
    classification=_KIND,
    audience=party("agency"),
)
PROGRESSED: Final = EventType(
    "service_progress.recorded",
    ProgressRecorded,
    "referral",
    "The agency that took a referral has said how far its help is.",
    audience=inside("The agency that helps has said so itself, and to the others it is none of their business."),
)
EVENTS: Final = (SETTLED, PROGRESSED)


class _Reported(Schema):
    """What every report of a case says."""

    report = Reference(required=True)
    agency = Reference(required=True)
    happened = Moment(required=True)


class AnswerView(_Reported):
    """An answer to a referral."""

    referral = Reference(required=True)
    step = Code(required=True)
    reply_by = Day(load_default=None)
    reason = Code(load_default=None)
    conditions = Codes(load_default=list)
    outcome = Code(load_default=None)


class WithdrawalAnswerView(_Reported):
    """An answer to a withdrawn consent."""

    consent = Reference(required=True)
    answer = Code(required=True)
    basis = Code(load_default=None)


class ProgressView(_Reported):
    """How far an agency's help is."""

    referral = Reference(required=True)
    service_type = Code(required=True)
    progress = Code(required=True)


class PassedOnView(Schema):
    """That an agency was told of a withdrawal."""

    consent = Reference(required=True)
    agency = Reference(required=True)


ANSWERED: Final = Read(f"{SOURCE}.referral.answered", AnswerView)
WITHDRAWAL_ANSWERED: Final = Read(f"{SOURCE}.withdrawal.answered", WithdrawalAnswerView)
PROGRESS_REPORTED: Final = Read(f"{SOURCE}.service.reported", ProgressView)
PASSED_ON: Final = Read(f"{SOURCE}.withdrawal.passed_on", PassedOnView)
READS: Final = (ANSWERED, WITHDRAWAL_ANSWERED, PROGRESS_REPORTED, PASSED_ON)
