"""Advice: its fields, each declared once, and what is recorded and shown of it."""

from datetime import date

from shared.access.declarations import ID, declare
from shared.access.permissions import FieldClass
from shared.access.views import View
from shared.events.contract import Code, Codes, Day, Flag
from shared.http import Command, optional, required
from shared.reference import codes

PHASE = declare(Code(codes("advice_phase")), FieldClass.BASIC, "Where on the path the person was.")
STATUS = declare(Code(codes("advice_status")), FieldClass.BASIC, "Whether there was advice, or why there was none.")
TOPICS = declare(Codes(codes("advice_topic")), FieldClass.PRIVILEGED, "What the advice was about; never what was said.")
FUNDING = declare(Code(codes("advice_funding")), FieldClass.PRIVILEGED, "Who paid for it.")
LANGUAGE = declare(Code(codes("language")), FieldClass.PRIVILEGED, "The language in which it was given.", example="ro")
INTERPRETER = declare(Flag(), FieldClass.PRIVILEGED, "Whether an interpreter was there.")
GIVEN_ON = declare(Day(), FieldClass.BASIC, "The day of the advice, today by default.")


class RecordAdvice(Command):
    """Advice, or why there was none."""

    phase: str = required(PHASE)
    status: str = required(STATUS)
    topics: list[str] = optional(TOPICS, default_factory=list)
    funding: str = required(FUNDING)
    language: str = required(LANGUAGE)
    interpreter: bool = required(INTERPRETER)
    given_on: date | None = optional(GIVEN_ON, default=None)


class Advice(View):
    """Advice as the legal file shows it."""

    id = ID
    phase = PHASE
    status = STATUS
    topics = TOPICS
    funding = FUNDING
    language = LANGUAGE
    interpreter = INTERPRETER
    given_on = GIVEN_ON
