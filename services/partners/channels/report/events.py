"""What agencies report, as events to those who keep the cases; and what is read of what became of it.

None leaves for any agency: what became of a report is told by whoever decided on it.
"""

from typing import Final

from marshmallow import Schema

from services.partners.channels.report import schemas
from services.partners.channels.report.models import AgencyReport
from shared.access.declarations import declare, field_of, omittable
from shared.events.audience import inside
from shared.events.contract import Code, Codes, EventType, Read, Reference

SOURCE: Final = "intake"
#: What a referral to us is about, as the envelope says it: no case yet.
OF_A_REFERRAL: Final = "referral"
_REPORT: Final = declare(Reference(), None, "The report.")
_AGENCY: Final = declare(Reference(), None, "The agency that reports.")
_WHY: Final = "What became of it is told to the agency that reported it, and this is no other's business."


class ReferralOffered(Schema):
    """An agency refers somebody to us (the event's subject is the referral): codes, and nothing of who it is."""

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
    """An agency says more of a referral to us (the event's subject)."""

    report = _REPORT
    agency = _AGENCY
    service_types = omittable(schemas.SERVICE_TYPES)
    urgent = omittable(schemas.URGENT)
    language = omittable(schemas.LANGUAGE)
    age = omittable(schemas.AGE)
    details_agreed = omittable(schemas.DETAILS_AGREED)


class _AboutCase(Schema):
    """Something that an agency reports of a case."""

    report = _REPORT
    agency = _AGENCY
    happened = schemas.HAPPENED


class ReferralAnswered(_AboutCase):
    """The agency to which somebody was referred answers."""

    referral = declare(Reference(), None, "The referral.")
    step = schemas.STEP
    reply_by = omittable(schemas.REPLY_BY)
    reason = omittable(schemas.REASON)
    conditions = omittable(schemas.CONDITIONS)
    outcome = omittable(schemas.OUTCOME)


class WithdrawalAnswered(_AboutCase):
    """An agency says what it did with what it had under a consent that was withdrawn."""

    consent = declare(Reference(), None, "The consent.")
    answer = schemas.ANSWER
    basis = omittable(schemas.BASIS)


class ServiceReported(_AboutCase):
    """The agency that took a referral says how far its help is."""

    referral = declare(Reference(), None, "The referral.")
    service_type = schemas.SERVICE_TYPE
    progress = schemas.PROGRESS


class WithdrawalPassedOn(Schema):
    """An agency that was told of the person was told that a consent to it is withdrawn: its answer is due."""

    consent = declare(Reference(), None, "The consent.")
    agency = declare(Reference(), None, "The agency.")


def _event(name: str, schema: type[Schema], meaning: str, classification: str = "case") -> EventType:
    return EventType(name, schema, "referral", meaning, classification=classification, audience=inside(_WHY))


OFFERED: Final = _event(
    "referral_in.offered", ReferralOffered, "An agency's own system refers somebody to us.", OF_A_REFERRAL
)
SUPPLEMENTED: Final = _event(
    "referral_in.supplemented", ReferralSupplemented, "An agency says more of a referral to us.", OF_A_REFERRAL
)
ANSWERED: Final = _event("referral.answered", ReferralAnswered, "The receiver of a referral answers by itself.")
WITHDRAWAL_ANSWERED: Final = _event("withdrawal.answered", WithdrawalAnswered, "An agency answers a withdrawn consent.")
PROGRESS_REPORTED: Final = _event("service.reported", ServiceReported, "The receiver says how far its help is.")
PASSED_ON: Final = EventType(
    "withdrawal.passed_on",
    WithdrawalPassedOn,
    "consent",
    "An agency that had been told of the person was told that they took a consent back.",
    audience=inside("It says what was told to an agency, which that one knows."),
)
EVENTS: Final = (OFFERED, SUPPLEMENTED, ANSWERED, WITHDRAWAL_ANSWERED, PROGRESS_REPORTED, PASSED_ON)


class SettledView(Schema):
    """What became of a report of a case."""

    report = Reference(required=True)
    outcome = Code(required=True)
    refusal = Code(load_default=None, allow_none=True)
    effect = Code(load_default=None, allow_none=True)


class AskedView(Schema):
    """More is asked for before a referral is decided on."""

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
    """A referral to us is recorded in a case."""

    referral = Reference(required=True)


READS: Final = (
    Read("intake.report.settled", SettledView),
    Read("intake.referral_in.asked", AskedView),
    Read("intake.referral_in.accepted", AcceptedView),
    Read("intake.referral_in.declined", DeclinedView),
    Read("intake.referral_in.recorded", RecordedView),
)
