"""The event about an assessment."""

from marshmallow import Schema

from shared.events.contract import Code, Codes, Day, EventType, Reference
from shared.reference import codes


class AssessmentCompleted(Schema):
    """An assessment, as codes; no score has a field here."""

    assessment = Reference(required=True)
    assessment_type = Code(codes("assessment_type"), required=True)
    overall_risk = Code(codes("risk_level"), required=True)
    domains_at_or_above_3 = Codes(codes("need_domain"), required=True)
    assessed_on = Day(required=True)
    reassess_on = Day(required=True)


EVENTS = (
    EventType("assessment.completed", AssessmentCompleted, "support", "Needs and risks were assessed with the person."),
)
