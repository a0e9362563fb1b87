"""The event about an assessment."""

from marshmallow import Schema

from services.support.assessment import schemas
from shared.events.contract import EventType


class AssessmentCompleted(Schema):
    """An assessment, as codes; no score has a field here."""

    assessment = schemas.ASSESSMENT
    assessment_type = schemas.TYPE
    overall_risk = schemas.OVERALL_RISK
    domains_at_or_above_3 = schemas.HIGH_DOMAINS
    assessed_on = schemas.ASSESSED_ON
    reassess_on = schemas.REASSESS_ON


EVENTS = (
    EventType("assessment.completed", AssessmentCompleted, "support", "Needs and risks were assessed with the person."),
)
