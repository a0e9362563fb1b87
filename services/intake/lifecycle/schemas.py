"""Bodies of requests about opening, reading and closing a case."""

from marshmallow import fields

from services.intake.case.schemas import Body
from shared.events.contract import Code, Codes, Day, Flag
from shared.reference import JURISDICTIONS, codes


class OpenCase(Body):
    """A contact opens."""

    jurisdiction = Code(JURISDICTIONS, required=True)
    source = Code(codes("referral_source"), required=True)
    channel = Code(codes("contact_channel"), required=True)
    language = Code(codes("language"), required=True)
    anonymous = Flag(required=True)
    age = Code(codes("age"), load_default="unknown")
    outreach_session = fields.UUID(load_default=None, allow_none=True)
    opened_on = Day()
    urgent_needs = Codes(codes("service_type"), load_default=list)


class CloseCase(Body):
    """A case is closed."""

    reason = Code(codes("closure_reason"), required=True)
    closed_on = Day()


class ReopenCase(Body):
    """A closed case is opened again."""

    reason = Code(codes("reopening_reason"), required=True)
    reopened_on = Day()
