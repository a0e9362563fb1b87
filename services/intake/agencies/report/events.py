"""Agencies' reports and offered referrals that intake consumes, and the events that tell each agency the result.

The subject of an offer's events is the referral, not a case.
"""

from typing import Final

from marshmallow import Schema

from services.intake.agencies.referral.schemas import REFERRAL
from services.intake.agencies.report.models import Offer, ServiceProgress, SettledReport
from shared.access.declarations import declare, field_of, not_null
from shared.events.audience import inside, party
from shared.events.contract import Code, Codes, Day, EventType, Flag, Instant, Moment, Read, Reference

#: The subject kind in the envelope. It is the report, never a case, also if the report is about one.
_KIND: Final = "report"

SOURCE: Final = "partners"


class ReportSettled(Schema):
    """A report (the event's subject) was recorded or refused."""

    report = field_of(SettledReport.id)
    agency = field_of(SettledReport.agency)
    outcome = field_of(SettledReport.outcome)
    refusal = field_of(SettledReport.refusal)
    effect = field_of(SettledReport.effect)


class ProgressRecorded(Schema):
    """The agency that accepted a referral reported its progress."""

    referral = REFERRAL
    service_type = field_of(ServiceProgress.service_type)
    progress = field_of(ServiceProgress.progress)


SETTLED: Final = EventType(
    "report.settled",
    ReportSettled,
    "referral",
    "A report of an agency was recorded in the case, or rejected with a reason.",
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


class _Reported(Schema):
    """The fields of every report."""

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


class LateAnswerView(Schema):
    """An answer to a withdrawn consent of an erased person."""

    report = Reference(required=True)
    agency = Reference(required=True)
    request = Reference(required=True)
    answer = Code(required=True)
    basis = Code(load_default=None)


class ProgressView(_Reported):
    """The progress of an agency's service."""

    referral = Reference(required=True)
    service_type = Code(required=True)
    progress = Code(required=True)


class PassedOnView(Schema):
    """A withdrawal was delivered to an agency."""

    consent = Reference(required=True)
    agency = Reference(required=True)


ANSWERED: Final = Read(f"{SOURCE}.referral.answered", AnswerView)

WITHDRAWAL_ANSWERED: Final = Read(f"{SOURCE}.withdrawal.answered", WithdrawalAnswerView)

#: The topic of erasure reads it, because it belongs to a request for erasure.
ANSWERED_LATE: Final = Read(f"{SOURCE}.withdrawal.answered_late", LateAnswerView)

PROGRESS_REPORTED: Final = Read(f"{SOURCE}.service.reported", ProgressView)

PASSED_ON: Final = Read(f"{SOURCE}.withdrawal.passed_on", PassedOnView)

#: The subject kind in the envelope. It is never a case, also after the referral has one.
_OFFERED: Final = "referral"

_TO: Final = declare(Reference(), None, "The agency that offered it.")


class _ToAgency(Schema):
    """The referral, and the agency that receives the event."""

    referral = field_of(Offer.id)
    agency = _TO


class OfferAsked(_ToAgency):
    """The agency is asked questions before its referral is decided on."""

    asked = field_of(Offer.asked)


class OfferAccepted(_ToAgency):
    """The referral is accepted. The event does not reveal whether the person was already known."""


class OfferDeclined(_ToAgency):
    """The referral is declined."""

    reason = not_null(Offer.reason)


def _event(verb: str, schema: type[Schema], meaning: str) -> EventType:
    return EventType(
        f"referral_in.{verb}", schema, "referral", meaning, classification=_OFFERED, audience=party("agency")
    )


ASKED: Final = _event("asked", OfferAsked, "More is asked of an agency before its referral to us is decided on.")

ACCEPTED: Final = _event("accepted", OfferAccepted, "An agency's referral to us is accepted.")

DECLINED: Final = _event("declined", OfferDeclined, "An agency's referral to us is declined, with the reason.")

EVENTS: Final = (
    SETTLED,
    PROGRESSED,
    ASKED,
    ACCEPTED,
    DECLINED,
)


class OfferedView(Schema):
    """A referral as it was offered."""

    agency = Reference(required=True)
    jurisdiction = Code(required=True)
    referred_because = Code(required=True)
    service_types = Codes(required=True)
    urgent = Flag(required=True)
    language = Code(required=True)
    age = Code(required=True)
    details_agreed = Flag(required=True)
    reply_by = Day(load_default=None)
    offered_at = Instant(required=True)


class SupplementedView(Schema):
    """A supplement to a referral. Omitted fields stay as they are."""

    report = Reference(required=True)
    agency = Reference(required=True)
    service_types = Codes()
    urgent = Flag()
    language = Code()
    age = Code()
    details_agreed = Flag()


OFFERED: Final = Read(f"{SOURCE}.referral_in.offered", OfferedView)

SUPPLEMENTED: Final = Read(f"{SOURCE}.referral_in.supplemented", SupplementedView)

READS: Final = (
    ANSWERED,
    WITHDRAWAL_ANSWERED,
    PROGRESS_REPORTED,
    PASSED_ON,
    OFFERED,
    SUPPLEMENTED,
)
