"""The events about advice: that it was given, requested or needs a follow-up, never its content."""

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
    """Advice was given, or why it was not; without topics, format or content."""

    phase = field_of(Advice.phase)
    status = field_of(Advice.status)
    given_on = field_of(Advice.given_on)


class FormerAdviceRecorded(AdviceRecorded):
    """The same, with topics, funding, language and interpreter."""

    topics = field_of(Advice.topics)
    funding = field_of(Advice.funding)
    language = field_of(Advice.language)
    interpreter = field_of(Advice.interpreter)


class AdviceRequested(Schema):
    """A person waits for advice."""

    request = _REQUEST
    asked_on = field_of(AdviceRequest.asked_on)
    urgent = field_of(AdviceRequest.urgent)


class AdviceRequestEnded(Schema):
    """A request for advice has ended."""

    request = _REQUEST


class FollowUpPlanned(Schema):
    """A follow-up task after advice was planned."""

    follow_up = _FOLLOW_UP
    due_on = field_of(FollowUp.due_on)


class FollowUpDone(Schema):
    """A follow-up task is done."""

    follow_up = _FOLLOW_UP


_OURS: Final = inside("Waiting advice is internal work, and not shared.")
EVENTS = (
    EventType(
        "advice.recorded",
        FormerAdviceRecorded,
        "advice",
        "Legal advice was given, declined or not available. Retired: only in old logs.",
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
    EventType("advice.requested", AdviceRequested, "advice", "A person waits for legal advice.", audience=_OURS),
    EventType(
        "advice.request_ended", AdviceRequestEnded, "advice", "A request for legal advice has ended.", audience=_OURS
    ),
    EventType(
        "advice.follow_up_planned", FollowUpPlanned, "advice", "Something is to be done after advice.", audience=_OURS
    ),
    EventType("advice.follow_up_done", FollowUpDone, "advice", "A task after advice is done.", audience=_OURS),
)
