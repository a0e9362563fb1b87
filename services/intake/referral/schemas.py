"""Bodies about referrals and their packages; a package is stored sealed, and never repeated in an error."""

from typing import Any

from services.intake.case.schemas import Body, SingleLine
from shared.events.contract import Code, Codes, Day, Flag
from shared.reference import codes

_LONGEST = 1_000


class RecordReferralIn(Body):
    """Another agency referred the person to us; what kind of agency, and no name."""

    agency_type = Code(codes("org_type"), required=True)
    reason = Code(codes("referral_reason"), required=True)
    service_types = Codes(codes("service_type"), required=True)
    urgent = Flag(load_default=False)
    received_on = Day()


class DraftReferral(Body):
    """A referral to another agency is prepared; nobody hears of it until it is sent."""

    agency = Code(codes("authority"), required=True)
    purpose = Code(codes("consent_purpose"), required=True)
    service_types = Codes(codes("service_type"), required=True)
    data_categories = Codes(codes("data_category"), required=True)
    urgent = Flag(load_default=False)
    reply_by = Day(required=True)


class TakeReferralStep(Body):
    """Something is done to a referral, by whoever does it."""

    step = Code(codes("referral_step").parts[0].values, required=True)
    reply_by = Day(load_default=None, allow_none=True)
    reason = Code(codes("rejection_reason"), load_default=None, allow_none=True)
    outcome = Code(codes("referral_outcome"), load_default=None, allow_none=True)
    conditions = Codes(codes("referral_condition"), load_default=list)


def _words(longest: int = _LONGEST) -> Any:
    return SingleLine(longest, load_default=None, allow_none=True)


class WritePackage(Body):
    """What the agency needs to know; what is left out, or null, is not told.

    How the person is reached safely, and which agencies they excluded, go along as they are recorded.
    """

    language = Code(codes("language"), load_default=None, allow_none=True)
    dialect = _words(100)
    interpreter_gender = Code(codes("interpreter_gender"), load_default=None, allow_none=True)
    risk_to_person = Code(codes("risk_level"), load_default=None, allow_none=True)
    risk_to_staff = Code(codes("risk_level"), load_default=None, allow_none=True)
    risk = _words()
    exclusions = _words()
    dependants = _words()
    urgent_health = _words()
    told = _words()
    out_of_hours = _words()
