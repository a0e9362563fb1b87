"""Events about signs of exploitation."""

from marshmallow import Schema

from services.intake.case.schemas import JURISDICTION
from services.intake.detection import schemas
from shared.access.declarations import omittable
from shared.events.audience import person
from shared.events.contract import EventType
from shared.events.openings import DETECTION


class DetectionRecorded(Schema):
    """Signs of exploitation were seen."""

    detection = omittable(schemas.DETECTION)
    jurisdiction = JURISDICTION
    indicators = schemas.INDICATORS
    strength = schemas.STRENGTH
    exploitation_types = schemas.EXPLOITATION_TYPES
    means_of_control = schemas.MEANS_OF_CONTROL
    sectors = schemas.SECTORS
    detector = schemas.DETECTOR
    earliest_incident_on = schemas.EARLIEST_INCIDENT_ON
    work_ended_on = schemas.WORK_ENDED_ON
    detected_on = schemas.DETECTED_ON
    last_incident_on = omittable(schemas.LAST_INCIDENT_ON)
    exploitation_ended_on = omittable(schemas.EXPLOITATION_ENDED_ON)
    crime_reported_on = omittable(schemas.CRIME_REPORTED_ON)
    happened = omittable(schemas.HAPPENED)
    learnt = omittable(schemas.LEARNT)


EVENTS = (
    EventType(
        "detection.recorded",
        DetectionRecorded,
        "detection",
        "Signs of exploitation were recorded.",
        audience=person(DETECTION),
    ),
)
