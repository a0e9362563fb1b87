"""Events about referrals: to which agency one was sent, each answer, and to which member of staff it comes back."""

from typing import Final

from marshmallow import Schema

from services.intake.agencies.consent.rules import NAMED_BY_CODE, NAMED_BY_ID
from services.intake.agencies.consent.schemas import FORMER_AGENCY
from services.intake.agencies.referral import models, schemas
from services.intake.agencies.referral.models import Referral
from shared.access.declarations import field_of, not_null, omittable
from shared.events.audience import inside, party, party_of
from shared.events.contract import EventType
from shared.events.older import by_authority


class ReferralIn(Schema):
    """Another agency referred the person to us."""

    referral = field_of(Referral.id)
    agency_type = field_of(models.ReferralIn.agency_type)
    service_types = field_of(Referral.service_types)
    urgent = not_null(Referral.urgent)
    urgency_asked = omittable(schemas.URGENCY_ASKED)
    received_on = field_of(models.ReferralIn.received_on)


class ReferralStep(Schema):
    """A step of a referral."""

    referral = field_of(Referral.id)


class Sent(ReferralStep):
    """The content of a referral that was sent, without the agency."""

    purpose = field_of(Referral.purpose)
    service_types = field_of(Referral.service_types)
    data_categories = field_of(Referral.data_categories)
    urgent = not_null(Referral.urgent)
    urgency_asked = omittable(schemas.URGENCY_ASKED)
    reply_by = field_of(Referral.reply_by)
    reply_by_at = omittable(field_of(Referral.reply_by_at))


class ReferralSent(Sent):
    """A referral was sent. The person consented to each category that it contains."""

    agency = field_of(Referral.agency)


class FormerReferralSent(Sent):
    """The first version of the event. It named only authorities of the law."""

    agency = FORMER_AGENCY


class ReferralWaitListed(ReferralStep):
    """The agency has put the person on a waiting list, and answers by a day."""

    reply_by = field_of(Referral.reply_by)
    reply_by_at = omittable(field_of(Referral.reply_by_at))
    takes_back = omittable(schemas.TAKES_BACK)


class ReferralArrived(ReferralStep):
    """The person has arrived."""

    takes_back = omittable(schemas.TAKES_BACK)


class ReferralAccepted(ReferralStep):
    """The agency accepts the referral, perhaps on conditions."""

    conditions = field_of(Referral.conditions)
    takes_back = omittable(schemas.TAKES_BACK)


class ReferralRejected(ReferralStep):
    """The agency rejects the referral. It comes back to a named member of staff."""

    reason = not_null(Referral.reason)
    returned_to = not_null(Referral.returned_to)
    takes_back = omittable(schemas.TAKES_BACK)


class ReferralExpired(ReferralStep):
    """The referral was not answered in time. It comes back to a named member of staff."""

    returned_to = not_null(Referral.returned_to)


class ReferralAnsweredLate(ReferralStep):
    """The agency answered after the time for answers, or perhaps did. The referral has come back."""

    step = schemas.ANSWER_CODE


class ReferralReinstated(ReferralStep):
    """An earlier event about its end, or the agency's answer, was wrong. The referral has this state."""

    state = schemas.STANDS
    takes_back = schemas.TAKES_BACK


class ReferralCompleted(ReferralStep):
    """The purpose of the referral has ended."""

    outcome = not_null(Referral.outcome)


#: A referral's agency is the one that `referral.sent` named.
_OF_ITS_AGENCY: Final = party_of("referral")


def _event_type(verb: str, schema: type[Schema], meaning: str) -> EventType:
    return EventType(f"referral.{verb}", schema, "referral", meaning, audience=_OF_ITS_AGENCY)


EVENTS = (
    EventType(
        "referral_in.recorded",
        ReferralIn,
        "referral",
        "Another agency referred the person to us.",
        audience=inside("It does not say which agency that was, and to the others it is none of their business."),
    ),
    EventType(
        "referral.sent",
        FormerReferralSent,
        "referral",
        "A referral was sent to an authority of the law. Retired: only in old logs.",
        audience=inside(NAMED_BY_CODE),
    ),
    EventType(
        "referral.sent",
        ReferralSent,
        "referral",
        "A referral was sent to an agency.",
        version=NAMED_BY_ID,
        audience=party("agency"),
        older=(by_authority(1, "agency"),),
    ),
    _event_type("received", ReferralStep, "The agency has received the referral."),
    _event_type("information_requested", ReferralStep, "The agency asks for more before it answers."),
    _event_type("information_given", ReferralStep, "The agency received the answer to its question."),
    _event_type("wait_listed", ReferralWaitListed, "The agency has put the person on a waiting list."),
    _event_type("accepted", ReferralAccepted, "The agency takes the referral, perhaps on conditions."),
    _event_type(
        "rejected", ReferralRejected, "The agency does not take the referral; it comes back to a named person."
    ),
    _event_type("arrived", ReferralArrived, "The person has arrived; the agency is responsible from now on."),
    _event_type("missed", ReferralStep, "The person did not arrive; the sender stays responsible."),
    _event_type("completed", ReferralCompleted, "The service that the referral was for has ended."),
    _event_type("revoked", ReferralStep, "The sender took the referral back."),
    _event_type(
        "expired", ReferralExpired, "The agency did not answer in time. The referral returns to a named staff member."
    ),
    _event_type("answered_late", ReferralAnsweredLate, "The agency answered after the time for answers."),
    _event_type("reinstated", ReferralReinstated, "A referral that was reported as over is open again."),
    _event_type("withdrawn", ReferralStep, "The person no longer wants the referral."),
)
