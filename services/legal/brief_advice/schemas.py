"""Brief advice: its fields, each declared once, and what is recorded and shown of it."""

from datetime import date

from shared.access.declarations import declare, nullable
from shared.access.views import View, parts
from shared.events.contract import Code, Codes, Day, Flag, Reference
from shared.http import Command, optional, paging, required
from shared.reference import codes

PHASE = declare(Code(codes("advice_phase")), None, "Where on the path the person was, as far as they said.")
#: Who advises knows; not to know is for those who ask the person how they were advised.
_KNOWN = codes("advice_status").parts[0].values
STATUS = declare(Code(_KNOWN, of="advice_status"), None, "Whether there was advice, or why there was none.")
TOPICS = declare(Codes(codes("advice_topic")), None, "What it was about; never what was said.")
FUNDING = declare(Code(codes("advice_funding")), None, "Who paid for it.")
LANGUAGE = declare(Code(codes("language")), None, "The language in which it was given.", example="ro")
INTERPRETER = declare(Flag(), None, "Whether an interpreter was there.")
FORMAT = declare(Code(codes("advice_format")), None, "How it was given.")
GIVEN_ON = declare(Day(), None, "The day of it, today by default.")


class RecordBriefAdvice(Command):
    """Advice to somebody of whom no case is kept, or why there was none: no name, no place, no words."""

    phase: str = required(PHASE)
    status: str = required(STATUS)
    topics: list[str] = required(TOPICS)
    funding: str = required(FUNDING)
    language: str = required(LANGUAGE)
    interpreter: bool = required(INTERPRETER)
    format: str = required(FORMAT)
    given_on: date | None = optional(GIVEN_ON, default=None)


class BriefAdvice(View):
    """Advice to somebody of whom no case is kept."""

    id = declare(Reference(), None, "The record of it.")
    agency = declare(nullable(Reference()), None, "The agency that gave it, and sees it; null: not known, all see it.")
    phase = PHASE
    status = STATUS
    topics = TOPICS
    funding = FUNDING
    language = LANGUAGE
    interpreter = INTERPRETER
    format = FORMAT
    given_on = GIVEN_ON


class BriefAdvicePage(View):
    """Brief advice of the reader's own agency, the latest recorded first."""

    brief_advice = parts(BriefAdvice)
    next = paging.NEXT
