"""The events about advice: that there was some, that somebody waits for it, that something follows; never what."""

from typing import Final

from marshmallow import Schema

from services.legal.cases.advice.models import Advice, AdviceRequest, FollowUp
from services.legal.cases.advice.rules import ONLY_THAT_THERE_WAS_ADVICE
from shared.access.declarations import declare, field_of
from shared.access.permissions import FieldClass
from shared.events.audience import SAID_TOO_MUCH, inside, person
from shared.events.contract import EventType, Reference
from shared.events.older import not_offered
from shared.events.openings import ADVICE

_REQUEST: Final = declare(Reference(), FieldClass.BASIC, "The request.")
_FOLLOW_UP: Final = declare(Reference(), FieldClass.BASIC, "What follows.")


class AdviceRecorded(Schema):
    """Advice was given, or why it was not; neither what about nor how, and never what was said."""

    phase = field_of(Advice.phase)
    status = field_of(Advice.status)
    given_on = field_of(Advice.given_on)


class FormerAdviceRecorded(AdviceRecorded):
    """The same, and what about, who paid, and how it was understood."""

    topics = field_of(Advice.topics)
    funding = field_of(Advice.funding)
    language = field_of(Advice.language)
    interpreter = field_of(Advice.interpreter)


class AdviceRequested(Schema):
    """Somebody waits for advice."""

    request = _REQUEST
    asked_on = field_of(AdviceRequest.asked_on)
    urgent = field_of(AdviceRequest.urgent)


class AdviceRequestEnded(Schema):
    """Nobody waits for this advice any more."""

    request = _REQUEST


class FollowUpPlanned(Schema):
    """Something is to be done after advice."""

    follow_up = _FOLLOW_UP
    due_on = field_of(FollowUp.due_on)


class FollowUpDone(Schema):
    """What was to be done is done."""

    follow_up = _FOLLOW_UP


_OURS: Final = inside("Who waits for advice, and what an adviser still has to do, is the work of those who are here.")
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
    EventType("advice.requested", AdviceRequested, "advice", "Somebody waits for legal advice.", audience=_OURS),
    EventType(
        "advice.request_ended", AdviceRequestEnded, "advice", "A request for legal advice has ended.", audience=_OURS
    ),
    EventType(
        "advice.follow_up_planned", FollowUpPlanned, "advice", "Something is to be done after advice.", audience=_OURS
    ),
    EventType("advice.follow_up_done", FollowUpDone, "advice", "What followed advice is done.", audience=_OURS),
)
