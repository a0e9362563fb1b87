"""Bodies of intake's requests. Unknown fields are refused, and every code comes from a published list."""

import re

from marshmallow import fields, validate

from services.intake.schemas.body import Body
from shared.events.contract import Code, Codes, Day, Flag, PartialDay
from shared.reference import JURISDICTIONS, codes, indicator_set
from shared.reference.periods import MOMENT


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


class AddMember(Body):
    """A member of staff joins the team."""

    member = fields.UUID(required=True)
    role = Code(codes("staff_role"), required=True)
    lead = Flag(load_default=False)


class RevokeAccess(Body):
    """Every token of a member of staff is revoked."""

    member = fields.UUID(required=True)


class RecordDetection(Body):
    """Signs of exploitation."""

    indicators = Codes(codes("ilo_forced_labour_indicator"), required=True)
    operational = Codes(tuple(indicator_set("delphi_labour_adults")), load_default=list)
    exploitation_types = Codes(codes("exploitation_type"), required=True)
    means_of_control = Codes(codes("means_of_control"), required=True)
    sectors = Codes(codes("labour_industry"), load_default=list)
    detector = Code(codes("referral_source"), required=True)
    earliest_incident_on = PartialDay(load_default=None, allow_none=True)
    work_ended_on = PartialDay(load_default=None, allow_none=True)
    detected_on = Day()


class GiveConsent(Body):
    """A consent, per agency, purpose, data category and time."""

    agency = Code(codes("authority"), required=True)
    purposes = Codes(codes("consent_purpose"), required=True)
    data_categories = Codes(codes("data_category"), required=True)
    language = Code(codes("language"), required=True)
    checklist = Codes(codes("consent_checklist"), required=True)
    granted_on = Day()
    expires_on = Day(required=True)


class WithdrawConsent(Body):
    """A consent is taken back."""

    erase_requested = Flag(required=True)


class AnswerWithdrawal(Body):
    """What the agency did with what it had got; a basis where it keeps something."""

    answer = Code(codes("withdrawal_answer"), required=True)
    basis = Code(codes("legal_basis"), load_default=None, allow_none=True)
    answered_on = Day()


class DecideEntry(Body):
    """Whether to enter the official mechanism, and how the person was advised before."""

    decision = Code(codes("entry_decision"), required=True)
    advice = Code(codes("advice_status"), required=True)
    decided_on = Day()


class ExtendClock(Body):
    """A period is extended by decision."""

    until = Day(required=True)


class CloseCase(Body):
    """A case is closed."""

    reason = Code(codes("closure_reason"), required=True)
    closed_on = Day()


class ReopenCase(Body):
    """A closed case is opened again."""

    reason = Code(codes("reopening_reason"), required=True)
    reopened_on = Day()


class LinkCases(Body):
    """Another case belongs together with this one."""

    case = fields.UUID(required=True)
    kind = Code(codes("case_link"), required=True)


class CalculateDeadline(Body):
    """A period of the law, and when it began: a year, a month, a day, or an instant with its offset."""

    jurisdiction = Code(JURISDICTIONS, required=True)
    rule = Code(required=True)
    start = fields.String(
        required=True,
        data_key="from",
        validate=validate.Regexp(
            re.compile(f"^{MOMENT}$"), error="is no year, month or date, nor an instant with its offset from UTC"
        ),
    )
