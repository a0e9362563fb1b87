"""First responders, who may put a case to the authority: their fields, each declared once; what is shown of them."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from services.intake.case import schemas as case
from services.intake.case.schemas import RecordFact
from services.intake.identification.schemas.steps import CAN_DECIDE
from shared.access.declarations import declare, or_null
from shared.access.permissions import FieldClass
from shared.access.views import Copied, View, parts
from shared.casework.corrections import Correct
from shared.events.contract import Code, Day, Reference
from shared.http import optional, required
from shared.reference import codes

FIRST_RESPONDER = declare(Reference(), FieldClass.BASIC, "The request to a first responder.")
BODY = declare(Code(codes("first_responder")), FieldClass.BASIC, "Which body is asked.", example="police")
STATE = declare(Code(("asked", "accepted", "declined")), FieldClass.BASIC, "How far the request is.")
ANSWER = declare(Code(("accepted", "declined")), FieldClass.BASIC, "What it answered.")
REFUSAL_REASON = declare(Code(codes("first_responder_refusal")), FieldClass.BASIC, "Why it declined.")
ASKED_ON = declare(Day(), FieldClass.BASIC, "The day on which it was asked.")
ANSWERED_ON = declare(Day(), FieldClass.BASIC, "The day on which it answered.")


class AskFirstResponder(RecordFact):
    """A first responder is asked to put the case to the authority; `can_decide` as of a step."""

    body: str = required(BODY)
    can_decide: bool = optional(CAN_DECIDE, default=True)
    asked_on: date | None = optional(or_null(ASKED_ON), default=None)


class AnswerOfFirstResponder(RecordFact):
    """What it answered, and of a refusal why."""

    sample: ClassVar[Mapping[str, object]] = {"answer": "accepted"}

    answer: str = required(ANSWER)
    reason: str | None = optional(or_null(REFUSAL_REASON), default=None)
    answered_on: date | None = optional(or_null(ANSWERED_ON), default=None)


class CorrectFirstResponder(Correct):
    """When a first responder was really asked, what it answered, and when; what is left out stays as it is."""

    happened: str | None = optional(case.HAPPENED, default=None)
    learnt: str | None = optional(case.LEARNT, default=None)
    asked_on: date | None = optional(or_null(ASKED_ON), default=None)
    answer: str | None = optional(or_null(ANSWER), default=None)
    declined_because: str | None = optional(or_null(REFUSAL_REASON), default=None)
    answered_on: date | None = optional(or_null(ANSWERED_ON), default=None)

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_date", "asked_on": "2026-03-02"}


class FirstResponder(case.RecordedFact):
    """A request to a first responder as the case shows it."""

    id = FIRST_RESPONDER
    body = BODY
    state = STATE
    reason = or_null(REFUSAL_REASON)
    asked_on = ASKED_ON
    answered_on = or_null(ANSWERED_ON)
    answer_happened = case.HAPPENED
    answer_learnt = case.LEARNT
    answer_recorded_at = case.RECORDED_AT
    answer_recorded_by = case.RECORDED_BY


class AnsweredFirstResponder(View):
    """How far a request to a first responder is now."""

    id = FIRST_RESPONDER
    state = STATE


FIRST_RESPONDERS = parts(FirstResponder, Copied("identification"))
