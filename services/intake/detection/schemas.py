"""Bodies of requests about signs of exploitation."""

from services.intake.case.schemas import Body
from shared.events.contract import Code, Codes, Day, PartialDay
from shared.reference import codes, indicator_set


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
