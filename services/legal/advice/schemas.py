"""Advice: its fields, each declared once, and what is recorded and shown of it."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from shared.access.declarations import ID, declare, or_null
from shared.access.permissions import FieldClass
from shared.access.views import View
from shared.casework.corrections import REVISION, TAKEN_BACK_AT, Correct
from shared.casework.fact_schemas import RECORDED_BY
from shared.events.contract import Code, Codes, Day, Flag
from shared.http import Command, optional, required
from shared.reference import codes

PHASE = declare(Code(codes("advice_phase")), FieldClass.BASIC, "Where on the path the person was.")
#: Who advises knows; not to know is for those who ask the person how they were advised.
_KNOWN = codes("advice_status").parts[0].values
STATUS = declare(Code(_KNOWN, of="advice_status"), FieldClass.BASIC, "Whether there was advice, or why there was none.")
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


class CorrectAdvice(Correct):
    """What is so instead; what is left out, or null, stays."""

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_date", "given_on": "2026-03-02"}

    phase: str | None = optional(or_null(PHASE), default=None)
    status: str | None = optional(or_null(STATUS), default=None)
    topics: list[str] | None = optional(or_null(TOPICS), default=None)
    funding: str | None = optional(or_null(FUNDING), default=None)
    language: str | None = optional(or_null(LANGUAGE), default=None)
    interpreter: bool | None = optional(or_null(INTERPRETER), default=None)
    given_on: date | None = optional(or_null(GIVEN_ON), default=None)


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
    recorded_by = RECORDED_BY
    revision = REVISION
    taken_back_at = TAKEN_BACK_AT
