"""Events about signs of exploitation, and about accounts: how often a person gave one, never its content."""

from marshmallow import Schema

from services.intake.facts.case.models import Case
from services.intake.facts.detection.models import Account, Detection
from shared.access.declarations import field_of, omittable
from shared.events.audience import person
from shared.events.contract import EventType
from shared.events.openings import ACCOUNT, DETECTED


class DetectionRecorded(Schema):
    """Signs of exploitation were seen."""

    detection = omittable(field_of(Detection.id))
    jurisdiction = field_of(Case.jurisdiction)
    indicators = field_of(Detection.indicators)
    strength = field_of(Detection.strength)
    exploitation_types = field_of(Detection.exploitation_types)
    means_of_control = field_of(Detection.means_of_control)
    sectors = field_of(Detection.sectors)
    detector = field_of(Detection.detector)
    earliest_incident_on = field_of(Detection.earliest_incident_on)
    work_ended_on = field_of(Detection.work_ended_on)
    detected_on = field_of(Detection.detected_on)
    last_incident_on = omittable(field_of(Detection.last_incident_on))
    exploitation_ended_on = omittable(field_of(Detection.exploitation_ended_on))
    crime_reported_on = omittable(field_of(Detection.crime_reported_on))
    happened = omittable(field_of(Detection.happened))
    learnt = omittable(field_of(Detection.learnt))


class AccountRecorded(Schema):
    """A person gave an account, again if `times` is above 1. Use it before you ask the person again."""

    account = field_of(Account.id)
    times = field_of(Account.times)
    elsewhere = field_of(Account.elsewhere)
    reason = field_of(Account.reason)
    given_on = field_of(Account.given_on)


EVENTS = (
    EventType(
        "detection.recorded",
        DetectionRecorded,
        "detection",
        "Signs of exploitation were recorded.",
        audience=person(DETECTED),
    ),
    EventType(
        "account.recorded",
        AccountRecorded,
        "contact",
        "The person gave an account of the events.",
        audience=person(ACCOUNT),
    ),
)
