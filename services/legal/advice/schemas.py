"""Advice: its fields, each declared once, and what is recorded and shown of it."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from shared.access.declarations import ID, declare, nullable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import View
from shared.casework.corrections import REVISION, TAKEN_BACK_AT, Correct
from shared.casework.fact_schemas import RECORDED_BY
from shared.events.contract import Code, Codes, Day, Flag, Reference
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
FORMAT = declare(
    nullable(Code(codes("advice_format"))), FieldClass.PRIVILEGED, "How it was given; null: that was not kept yet."
)
GIVEN_ON = declare(Day(), FieldClass.BASIC, "The day of the advice, today by default.")
ADVICE = declare(Reference(), FieldClass.BASIC, "The advice that it follows.")
FOLLOW_UP = declare(Reference(), FieldClass.BASIC, "What follows.")
FOLLOW_UP_KIND = declare(Code(codes("advice_follow_up")), FieldClass.PRIVILEGED, "What is to be done.")
FOLLOW_UP_DUE_ON = declare(Day(), FieldClass.BASIC, "The day by which.")
DONE_ON = declare(Day(), FieldClass.BASIC, "The day on which it was done, today by default.")
REQUEST = declare(Reference(), FieldClass.BASIC, "The request.")
ASKED_ON = declare(Day(), FieldClass.BASIC, "The day on which the person asked, today by default.")
UNMET = declare(
    nullable(Code(codes("advice_unmet_reason"))), FieldClass.PRIVILEGED, "Why it could not be met; null: it may be yet."
)
URGENT = declare(Flag(), FieldClass.BASIC, "Whether it can't wait.", example=False)
ENDED = declare(Code(codes("advice_request_end")), FieldClass.BASIC, "How it ended.")
ENDED_ON = declare(Day(), FieldClass.BASIC, "The day on which it ended, today by default.")


class RecordAdvice(Command):
    """Advice, or why there was none."""

    phase: str = required(PHASE)
    status: str = required(STATUS)
    topics: list[str] = optional(TOPICS, default_factory=list)
    funding: str = required(FUNDING)
    language: str = required(LANGUAGE)
    interpreter: bool = required(INTERPRETER)
    format: str | None = optional(FORMAT, default=None)
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
    format: str | None = optional(FORMAT, default=None)
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
    format = FORMAT
    given_on = GIVEN_ON
    recorded_by = RECORDED_BY
    revision = REVISION
    taken_back_at = TAKEN_BACK_AT


class PlanFollowUp(Command):
    """Something is to be done after advice."""

    kind: str = required(FOLLOW_UP_KIND)
    due_on: date = required(FOLLOW_UP_DUE_ON)


class CompleteFollowUp(Command):
    """What was to be done is done."""

    done_on: date | None = optional(DONE_ON, default=None)


class RequestAdvice(Command):
    """Somebody asks for advice that can't be had now."""

    topics: list[str] = optional(TOPICS, default_factory=list)
    unmet: str | None = optional(UNMET, default=None)
    urgent: bool = optional(URGENT, default=False)
    asked_on: date | None = optional(ASKED_ON, default=None)


class EndRequest(Command):
    """Nobody waits for this advice any more."""

    ended: str = required(ENDED)
    ended_on: date | None = optional(ENDED_ON, default=None)


class FollowUp(View):
    """What follows advice, and whether it is done."""

    id = ID
    advice = ADVICE
    kind = FOLLOW_UP_KIND
    due_on = FOLLOW_UP_DUE_ON
    done_on = or_null(DONE_ON)
    recorded_by = RECORDED_BY


class AdviceRequest(View):
    """A request for advice, since when it waits, and how it ended."""

    id = ID
    topics = TOPICS
    unmet = UNMET
    urgent = URGENT
    asked_on = ASKED_ON
    ended = or_null(ENDED)
    ended_on = or_null(ENDED_ON)
    recorded_by = RECORDED_BY
