"""The commands and views of first responders, which can submit a case to the authority.

Most fields are declared on their columns (`models`).
"""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from services.intake.facts.case.models import RecordedFact
from services.intake.facts.case.schemas import RecordFact
from services.intake.path.identification import models
from services.intake.path.identification.schemas.steps import CAN_DECIDE
from shared.access.declarations import declare, or_null
from shared.access.permissions import FieldClass
from shared.access.views import Copied, View, parts
from shared.casework.corrections import Correct
from shared.events.contract import Code
from shared.http import optional, required

ANSWER = declare(Code(("accepted", "declined")), FieldClass.BASIC, "What it answered.")


class AskFirstResponder(RecordFact):
    """A request to a first responder to submit the case to the authority. `can_decide` as for a step."""

    body: str = required(models.FirstResponder.body)
    can_decide: bool = optional(CAN_DECIDE, default=True)
    asked_on: date | None = optional(or_null(models.FirstResponder.asked_on), default=None)


class AnswerOfFirstResponder(RecordFact):
    """The answer of a first responder. A refusal needs a reason."""

    sample: ClassVar[Mapping[str, object]] = {"answer": "accepted"}

    answer: str = required(ANSWER)
    reason: str | None = optional(models.FirstResponder.reason, default=None)
    answered_on: date | None = optional(models.FirstResponder.answered_on, default=None)


class CorrectFirstResponder(Correct):
    """The correction of a request to a first responder or its answer. Omitted fields stay as they are."""

    happened: str | None = optional(RecordedFact.happened, default=None)
    learnt: str | None = optional(RecordedFact.learnt, default=None)
    asked_on: date | None = optional(or_null(models.FirstResponder.asked_on), default=None)
    answer: str | None = optional(or_null(ANSWER), default=None)
    declined_because: str | None = optional(models.FirstResponder.reason, default=None)
    answered_on: date | None = optional(models.FirstResponder.answered_on, default=None)

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_date", "asked_on": "2026-03-02"}


class FirstResponder(View, of=models.FirstResponder):
    """A request to a first responder as the case shows it."""

    answer_happened = RecordedFact.happened
    answer_learnt = RecordedFact.learnt
    answer_recorded_at = RecordedFact.recorded_at
    answer_recorded_by = RecordedFact.recorded_by


class AnsweredFirstResponder(View):
    """The state of a request to a first responder after its answer."""

    id = models.FirstResponder.id
    state = models.FirstResponder.state


FIRST_RESPONDERS = parts(FirstResponder, Copied("identification"))
