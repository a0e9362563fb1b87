"""Events about referrals: to which agency one was sent, each answer, and to whom it comes back."""

from typing import Final

from marshmallow import Schema

from services.intake.consent.rules import NAMED_BY_CODE, NAMED_BY_ID
from services.intake.consent.schemas import AGENCY, FORMER_AGENCY
from services.intake.referral import schemas
from shared.access.declarations import omittable
from shared.events.audience import inside, party, party_of
from shared.events.contract import EventType
from shared.events.older import by_authority


class ReferralIn(Schema):
    """Another agency referred the person to us."""

    referral = schemas.REFERRAL
    agency_type = schemas.AGENCY_TYPE
    service_types = schemas.SERVICE_TYPES
    urgent = schemas.URGENT
    urgency_asked = omittable(schemas.URGENCY_ASKED)
    received_on = schemas.RECEIVED_ON


class ReferralStep(Schema):
    """Something was done to a referral."""

    referral = schemas.REFERRAL


class Sent(ReferralStep):
    """What was sent, but for the agency."""

    purpose = schemas.PURPOSE
    service_types = schemas.SERVICE_TYPES
    data_categories = schemas.DATA_CATEGORIES
    urgent = schemas.URGENT
    urgency_asked = omittable(schemas.URGENCY_ASKED)
    reply_by = schemas.REPLY_BY
    reply_by_at = omittable(schemas.REPLY_BY_AT)


class ReferralSent(Sent):
    """A referral was sent; each category that goes along is consented to."""

    agency = AGENCY


class FormerReferralSent(Sent):
    """The same, to an authority of the law alone."""

    agency = FORMER_AGENCY


class ReferralWaitListed(ReferralStep):
    """The agency has put the person on a list, and answers until a day."""

    reply_by = schemas.REPLY_BY
    reply_by_at = omittable(schemas.REPLY_BY_AT)
    takes_back = omittable(schemas.TAKES_BACK)


class ReferralArrived(ReferralStep):
    """The person has arrived."""

    takes_back = omittable(schemas.TAKES_BACK)


class ReferralAccepted(ReferralStep):
    """The agency takes the referral, perhaps on conditions."""

    conditions = schemas.CONDITIONS
    takes_back = omittable(schemas.TAKES_BACK)


class ReferralRejected(ReferralStep):
    """The agency does not take it; it comes back to a named member of staff."""

    reason = schemas.REJECTION_REASON
    returned_to = schemas.RETURNED_TO
    takes_back = omittable(schemas.TAKES_BACK)


class ReferralExpired(ReferralStep):
    """Nobody answered in time; it comes back to a named member of staff."""

    returned_to = schemas.RETURNED_TO


class ReferralAnsweredLate(ReferralStep):
    """The agency answered after the time for answers, or perhaps did; the referral has come back."""

    step = schemas.ANSWER_CODE


class ReferralReinstated(ReferralStep):
    """What had been told of its end, or of the agency's answer, was not so: the referral stands as it says."""

    state = schemas.STANDS
    takes_back = schemas.TAKES_BACK


class ReferralCompleted(ReferralStep):
    """What the referral was for has ended."""

    outcome = schemas.OUTCOME


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
        "A referral was sent to an authority of the law. No longer emitted, and read for ever.",
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
    _event_type("information_given", ReferralStep, "The agency was told what it had asked for."),
    _event_type("wait_listed", ReferralWaitListed, "The agency has put the person on a waiting list."),
    _event_type("accepted", ReferralAccepted, "The agency takes the referral, perhaps on conditions."),
    _event_type(
        "rejected", ReferralRejected, "The agency does not take the referral; it comes back to a named person."
    ),
    _event_type("arrived", ReferralArrived, "The person has arrived; the agency is responsible from now on."),
    _event_type("missed", ReferralStep, "The person did not arrive; the sender stays responsible."),
    _event_type("completed", ReferralCompleted, "What the referral was for has ended."),
    _event_type("revoked", ReferralStep, "The sender took the referral back."),
    _event_type("expired", ReferralExpired, "Nobody answered in time; the referral comes back to a named person."),
    _event_type("answered_late", ReferralAnsweredLate, "The agency answered after the time for answers."),
    _event_type("reinstated", ReferralReinstated, "A referral stands again that had been told to be over."),
    _event_type("withdrawn", ReferralStep, "The person does not want the referral any more."),
)
