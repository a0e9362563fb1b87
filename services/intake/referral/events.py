"""Events about referrals: to which agency one was sent, each answer, and to whom it comes back."""

from marshmallow import Schema

from shared.events.contract import Code, Codes, Day, EventType, Flag, Reference
from shared.reference import codes


class ReferralIn(Schema):
    """Another agency referred the person to us."""

    referral = Reference(required=True)
    agency_type = Code(codes("org_type"), required=True)
    service_types = Codes(codes("service_type"), required=True)
    urgent = Flag(required=True)
    received_on = Day(required=True)


class ReferralStep(Schema):
    """Something was done to a referral."""

    referral = Reference(required=True)


class ReferralSent(ReferralStep):
    """A referral was sent; each category that goes along is consented to."""

    agency = Code(required=True)
    purpose = Code(codes("consent_purpose"), required=True)
    service_types = Codes(codes("service_type"), required=True)
    data_categories = Codes(codes("data_category"), required=True)
    urgent = Flag(required=True)
    reply_by = Day(required=True)


class ReferralWaitListed(ReferralStep):
    """The agency has put the person on a list, and answers until a day."""

    reply_by = Day(required=True)


class ReferralAccepted(ReferralStep):
    """The agency takes the referral, perhaps on conditions."""

    conditions = Codes(codes("referral_condition"), required=True)


class ReferralRejected(ReferralStep):
    """The agency does not take it; it comes back to a named member of staff."""

    reason = Code(codes("rejection_reason"), required=True)
    returned_to = Reference(required=True)


class ReferralExpired(ReferralStep):
    """Nobody answered in time; it comes back to a named member of staff."""

    returned_to = Reference(required=True)


class ReferralCompleted(ReferralStep):
    """What the referral was for has ended."""

    outcome = Code(codes("referral_outcome"), required=True)


def _event_type(verb: str, schema: type[Schema], meaning: str) -> EventType:
    return EventType(f"referral.{verb}", schema, "referral", meaning)


EVENTS = (
    EventType("referral_in.recorded", ReferralIn, "referral", "Another agency referred the person to us."),
    _event_type("sent", ReferralSent, "A referral was sent to an agency."),
    _event_type("received", ReferralStep, "The agency has received the referral."),
    _event_type("information_requested", ReferralStep, "The agency asks for more before it answers."),
    _event_type("information_given", ReferralStep, "The agency was told what it had asked for."),
    _event_type("wait_listed", ReferralWaitListed, "The agency has put the person on a waiting list."),
    _event_type("accepted", ReferralAccepted, "The agency takes the referral, perhaps on conditions."),
    _event_type(
        "rejected", ReferralRejected, "The agency does not take the referral; it comes back to a named person."
    ),
    _event_type("arrived", ReferralStep, "The person has arrived; the agency is responsible from now on."),
    _event_type("missed", ReferralStep, "The person did not arrive; the sender stays responsible."),
    _event_type("completed", ReferralCompleted, "What the referral was for has ended."),
    _event_type("revoked", ReferralStep, "The sender took the referral back."),
    _event_type("expired", ReferralExpired, "Nobody answered in time; the referral comes back to a named person."),
    _event_type("withdrawn", ReferralStep, "The person does not want the referral any more."),
)
