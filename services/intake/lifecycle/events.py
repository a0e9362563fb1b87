"""Events about opening, reading and closing a case."""

from marshmallow import Schema

from shared.events.contract import Code, Codes, Day, EventType, Flag
from shared.reference import JURISDICTIONS, codes


class ContactOpened(Schema):
    """Someone is in contact; the case begins here, whatever becomes of it."""

    jurisdiction = Code(JURISDICTIONS, required=True)
    source = Code(codes("referral_source"), required=True)
    channel = Code(codes("contact_channel"), required=True)
    language = Code(codes("language"), required=True)
    anonymous = Flag(required=True)
    age = Code(codes("age"), required=True)
    opened_on = Day(required=True)
    urgent_needs = Codes(codes("service_type"), required=True)


class CaseClosed(Schema):
    """The case was closed; help may go on."""

    reason = Code(codes("closure_reason"), required=True)
    closed_on = Day(required=True)


class CaseReopened(Schema):
    """The case was opened again."""

    reason = Code(codes("reopening_reason"), required=True)
    reopened_on = Day(required=True)


EVENTS = (
    EventType("contact.opened", ContactOpened, "contact", "A contact opened, and with it a case."),
    EventType("case.closed", CaseClosed, "closing", "The case was closed."),
    EventType("case.reopened", CaseReopened, "closing", "The case was opened again."),
)
