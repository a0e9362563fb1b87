"""Events about signs of exploitation."""

from marshmallow import Schema

from shared.events.contract import Code, Codes, Day, EventType, PartialDay, Reference
from shared.reference import JURISDICTIONS, codes


class DetectionRecorded(Schema):
    """Signs of exploitation were seen."""

    detection = Reference()
    jurisdiction = Code(JURISDICTIONS, required=True)
    indicators = Codes(codes("ilo_forced_labour_indicator"), required=True)
    strength = Code(("none", "weak", "medium", "strong"), required=True)
    exploitation_types = Codes(codes("exploitation_type"), required=True)
    means_of_control = Codes(codes("means_of_control"), required=True)
    sectors = Codes(codes("labour_industry"), required=True)
    detector = Code(codes("referral_source"), required=True)
    earliest_incident_on = PartialDay(required=True, allow_none=True)
    work_ended_on = PartialDay(required=True, allow_none=True)
    detected_on = Day(required=True)


EVENTS = (EventType("detection.recorded", DetectionRecorded, "detection", "Signs of exploitation were recorded."),)
