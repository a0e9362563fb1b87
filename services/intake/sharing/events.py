"""Events about sharing without consent: what goes to whom, why, and a second person's decision."""

from marshmallow import Schema

from shared.events.contract import Code, Codes, Day, EventType, Flag, Reference
from shared.reference import codes


class SharedWithoutConsent(Schema):
    """Something may go to an agency without the person's consent."""

    sharing = Reference(required=True)
    agency = Code(required=True)
    purpose = Code(codes("consent_purpose"), required=True)
    data_categories = Codes(codes("data_category"), required=True)
    reason = Code(codes("sharing_without_consent_reason"), required=True)
    approved = Flag(required=True)
    until = Day(required=True)


class SharingReviewed(Schema):
    """A second person looked at what was shared at once."""

    sharing = Reference(required=True)
    upheld = Flag(required=True)


class SharingNotReviewed(Schema):
    """Nobody looked in time at what was shared at once."""

    sharing = Reference(required=True)


EVENTS = (
    EventType(
        "sharing.without_consent",
        SharedWithoutConsent,
        "consent",
        "For a named reason an agency hears of a person who has not consented.",
    ),
    EventType(
        "sharing.reviewed", SharingReviewed, "consent", "A second person upheld or reversed what was shared at once."
    ),
    EventType(
        "sharing.review_overdue", SharingNotReviewed, "consent", "What was shared at once was not reviewed in a day."
    ),
)
