"""The event about advice."""

from marshmallow import Schema

from services.legal.advice import schemas
from shared.events.contract import EventType


class AdviceRecorded(Schema):
    """Advice was given, or why it was not; never what was said."""

    phase = schemas.PHASE
    status = schemas.STATUS
    topics = schemas.TOPICS
    funding = schemas.FUNDING
    language = schemas.LANGUAGE
    interpreter = schemas.INTERPRETER
    given_on = schemas.GIVEN_ON


EVENTS = (
    EventType("advice.recorded", AdviceRecorded, "advice", "Legal advice was given, declined or could not be had."),
)
