"""Requests for counselling: their fields, each declared once, and what is recorded and shown of them."""

from datetime import date
from typing import Final

from services.support.case.schemas import CorrectTimed, RecordView, Timed
from shared.access.declarations import declare, nullable
from shared.access.permissions import FieldClass
from shared.access.views import View, parts
from shared.events.contract import Code, Codes, Count, Day, Reference
from shared.http import Command, optional, required
from shared.reference import codes

_HEALTH: Final = FieldClass.HEALTH
REQUEST = declare(Reference(), _HEALTH, "The request.")
MODALITIES = declare(Codes(codes("counselling_modality")), _HEALTH, "What the person would like.")
MEANWHILE = declare(Codes(codes("counselling_modality")), _HEALTH, "What they have meanwhile.", example=["group"])
LANGUAGE = declare(nullable(Code(codes("language"))), _HEALTH, "In which language.", example="bg")
COUNSELLOR = declare(
    nullable(Code(codes("interpreter_gender"))), _HEALTH, "Of which gender the counsellor is to be, if that matters."
)
REASON = declare(Code(codes("waiting_reason")), _HEALTH, "Why they wait.")
STATE = declare(Code(codes("waiting_state")), _HEALTH, "Whether they wait.")
ASKED_ON = declare(Day(), _HEALTH, "The day on which they asked, today by default.")


class RequestCounselling(Timed):
    """The person asks for counselling."""

    modalities: list[str] = required(MODALITIES)
    language: str | None = optional(LANGUAGE, default=None)
    counsellor_gender: str | None = optional(COUNSELLOR, default=None)
    waits_because: str = required(REASON)
    meanwhile: list[str] = optional(MEANWHILE, default_factory=list)
    asked_on: date | None = optional(ASKED_ON, default=None)


class AnswerRequest(Command):
    """What became of a request; what is left out stays as it is."""

    state: str = optional(STATE, default="waiting")
    waits_because: str | None = optional(REASON, default=None)
    meanwhile: list[str] | None = optional(MEANWHILE, default=None)


class CorrectRequest(CorrectTimed):
    """What is so instead; what is left out stays as it is."""

    modalities: list[str] | None = optional(MODALITIES, default=None)
    asked_on: date | None = optional(ASKED_ON, default=None)


class CounsellingRequest(RecordView):
    """A request as the case shows it."""

    id = REQUEST
    state = STATE
    modalities = MODALITIES
    language = LANGUAGE
    counsellor_gender = COUNSELLOR
    waits_because = REASON
    meanwhile = MEANWHILE
    asked_on = ASKED_ON
    answered_on = declare(nullable(Day()), _HEALTH, "When it was answered; null: they wait.")


class Waits(View):
    """Somebody who waits for counselling, in one of the reader's cases."""

    id = REQUEST
    case = declare(Reference(), _HEALTH, "The case.")
    modalities = MODALITIES
    language = LANGUAGE
    counsellor_gender = COUNSELLOR
    waits_because = REASON
    meanwhile = MEANWHILE
    asked_on = ASKED_ON
    days = declare(Count(), _HEALTH, "For how many days they have waited.", example=3)


class CounsellingQueue(View):
    """Who waits in the reader's cases, at most 200, the longest wait first."""

    waiting = parts(Waits)
