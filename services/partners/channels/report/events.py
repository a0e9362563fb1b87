"""Events that carry agencies' reports to intake, and the events with their results.

No agency receives the reports of another one. The service that decides on a report publishes the result.
"""

from typing import Final

from marshmallow import Schema

from services.partners.channels.report import schemas
from services.partners.channels.report.models import AgencyReport
from shared.access.declarations import declare, field_of, omittable
from shared.events.audience import inside
from shared.events.contract import Code, Codes, EventType, Read, Reference

SOURCE: Final = "intake"
#: The classification of an event about an incoming referral, which has no case yet.
OF_A_REFERRAL: Final = "referral"
#: The classification of an event about an erased person, whose case no longer exists.
_OF_A_REPORT: Final = "report"
_REPORT: Final = declare(Reference(), None, "The report.")
_AGENCY: Final = declare(Reference(), None, "The agency that reports.")
_WHY: Final = "The outcome is only for the agency that sent the report."


class ReferralOffered(Schema):
    """An agency refers a person to us (the event's subject is the referral): codes only, no identity."""

    agency = _AGENCY
    jurisdiction = schemas.JURISDICTION
    referred_because = schemas.REFERRED_BECAUSE
    service_types = schemas.SERVICE_TYPES
    urgent = schemas.URGENT
    language = schemas.LANGUAGE
    age = schemas.AGE
    details_agreed = schemas.DETAILS_AGREED
    reply_by = omittable(schemas.REPLY_BY)
    offered_at = field_of(AgencyReport.made_at)


class ReferralSupplemented(Schema):
    """An agency adds to an incoming referral (the event's subject)."""

    report = _REPORT
    agency = _AGENCY
    service_types = omittable(schemas.SERVICE_TYPES)
    urgent = omittable(schemas.URGENT)
    language = omittable(schemas.LANGUAGE)
    age = omittable(schemas.AGE)
    details_agreed = omittable(schemas.DETAILS_AGREED)


class _AboutCase(Schema):
    """An agency's report about a case."""

    report = _REPORT
    agency = _AGENCY
    happened = schemas.HAPPENED


class ReferralAnswered(_AboutCase):
    """The agency that received a referral answers it."""

    referral = declare(Reference(), None, "The referral.")
    step = schemas.STEP
    reply_by = omittable(schemas.REPLY_BY)
    reason = omittable(schemas.REASON)
    conditions = omittable(schemas.CONDITIONS)
    outcome = omittable(schemas.OUTCOME)


class WithdrawalAnswered(_AboutCase):
    """An agency reports what it did with data that it had under a withdrawn consent."""

    consent = declare(Reference(), None, "The consent.")
    answer = schemas.ANSWER
    basis = omittable(schemas.BASIS)


class WithdrawalAnsweredLate(Schema):
    """An agency answers a withdrawn consent after the person was erased (the event's subject is the report)."""

    report = _REPORT
    agency = _AGENCY
    request = declare(Reference(), None, "The request for erasure.")
    answer = schemas.ANSWER
    basis = omittable(schemas.BASIS)


class ServiceReported(_AboutCase):
    """The agency that accepted a referral reports the progress of its service."""

    referral = declare(Reference(), None, "The referral.")
    service_type = schemas.SERVICE_TYPE
    progress = schemas.PROGRESS


class WithdrawalPassedOn(Schema):
    """An agency that had received events about the person was notified of a withdrawn consent: its answer is due."""

    consent = declare(Reference(), None, "The consent.")
    agency = declare(Reference(), None, "The agency.")


def _event(name: str, schema: type[Schema], meaning: str, classification: str = "case") -> EventType:
    return EventType(name, schema, "referral", meaning, classification=classification, audience=inside(_WHY))


OFFERED: Final = _event(
    "referral_in.offered", ReferralOffered, "An agency's own system sent a referral to us.", OF_A_REFERRAL
)
SUPPLEMENTED: Final = _event(
    "referral_in.supplemented", ReferralSupplemented, "An agency says more of a referral to us.", OF_A_REFERRAL
)
ANSWERED: Final = _event("referral.answered", ReferralAnswered, "The receiver of a referral answered directly.")
WITHDRAWAL_ANSWERED: Final = _event("withdrawal.answered", WithdrawalAnswered, "An agency answers a withdrawn consent.")
ANSWERED_LATE: Final = _event(
    "withdrawal.answered_late",
    WithdrawalAnsweredLate,
    "An agency answers a withdrawn consent of an erased person.",
    _OF_A_REPORT,
)
PROGRESS_REPORTED: Final = _event(
    "service.reported", ServiceReported, "The receiver reported the progress of its help."
)
PASSED_ON: Final = EventType(
    "withdrawal.passed_on",
    WithdrawalPassedOn,
    "consent",
    "An agency that had received data was notified that the person withdrew a consent.",
    audience=inside("It repeats what an agency received, which that agency knows."),
)
EVENTS: Final = (OFFERED, SUPPLEMENTED, ANSWERED, WITHDRAWAL_ANSWERED, ANSWERED_LATE, PROGRESS_REPORTED, PASSED_ON)


class SettledView(Schema):
    """The result of a report about a case."""

    report = Reference(required=True)
    outcome = Code(required=True)
    refusal = Code(load_default=None, allow_none=True)
    effect = Code(load_default=None, allow_none=True)


class AskedView(Schema):
    """More information is requested before a referral is decided."""

    referral = Reference(required=True)
    asked = Codes(required=True)


class AcceptedView(Schema):
    """A referral was accepted."""

    referral = Reference(required=True)


class DeclinedView(Schema):
    """A referral was declined."""

    referral = Reference(required=True)
    reason = Code(required=True)


class RecordedView(Schema):
    """An incoming referral was recorded in a case."""

    referral = Reference(required=True)


READS: Final = (
    Read("intake.report.settled", SettledView),
    Read("intake.referral_in.asked", AskedView),
    Read("intake.referral_in.accepted", AcceptedView),
    Read("intake.referral_in.declined", DeclinedView),
    Read("intake.referral_in.recorded", RecordedView),
)
