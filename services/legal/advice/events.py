"""The event about advice."""

from marshmallow import Schema

from services.legal.advice import schemas
from services.legal.advice.rules import ONLY_THAT_THERE_WAS_ADVICE
from shared.events.audience import SAID_TOO_MUCH, inside, person
from shared.events.contract import EventType
from shared.events.older import not_offered
from shared.events.openings import ADVICE


class AdviceRecorded(Schema):
    """Advice was given, or why it was not; neither what about nor how, and never what was said."""

    phase = schemas.PHASE
    status = schemas.STATUS
    given_on = schemas.GIVEN_ON


class FormerAdviceRecorded(AdviceRecorded):
    """The same, and what about, who paid, and how it was understood."""

    topics = schemas.TOPICS
    funding = schemas.FUNDING
    language = schemas.LANGUAGE
    interpreter = schemas.INTERPRETER


EVENTS = (
    EventType(
        "advice.recorded",
        FormerAdviceRecorded,
        "advice",
        "Legal advice was given, declined or could not be had. No longer emitted, and read for ever.",
        too_much=True,
        audience=inside(SAID_TOO_MUCH),
    ),
    EventType(
        "advice.recorded",
        AdviceRecorded,
        "advice",
        "Legal advice was given, declined or could not be had.",
        version=ONLY_THAT_THERE_WAS_ADVICE,
        audience=person(ADVICE),
        older=(not_offered(1, SAID_TOO_MUCH),),
    ),
)
