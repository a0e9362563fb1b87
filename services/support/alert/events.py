"""The events about alerts, and what is read of dangers at intake."""

from marshmallow import Schema

from services.support.alert import schemas
from shared.events.contract import Code, EventType, Read, Reference
from shared.reference import codes


class AlertTold(Schema):
    """Who is told of an alert now; of what danger, is for those who see the case."""

    alert = schemas.ALERT
    urgency = schemas.URGENCY
    level = schemas.LEVEL
    told = Code(codes("alert_audience"), required=True)


class AlertAcknowledged(Schema):
    """A named person takes care of it."""

    alert = schemas.ALERT
    level = schemas.LEVEL
    by = Reference(required=True)


class DangerView(Schema):
    """A danger that somebody met at intake."""

    alert = Reference(required=True)
    danger_type = Code(required=True)
    urgency = Code(required=True)


EVENTS = (
    EventType("alert.raised", AlertTold, "safety", "A safeguarding alert was raised; somebody has to acknowledge it."),
    EventType("alert.escalated", AlertTold, "safety", "Nobody acknowledged an alert in time; more people are told."),
    EventType("alert.acknowledged", AlertAcknowledged, "safety", "A named person takes care of an alert."),
)
READS = (Read("intake.danger.flagged", DangerView, about="alert", protects=True),)
