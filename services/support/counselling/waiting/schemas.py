"""The commands and views of requests for counselling. Most fields are declared on their columns (`models`)."""

from datetime import date
from typing import Final

from services.support.cases.case.schemas import CorrectTimed, Timed
from services.support.counselling.waiting import models
from shared.access.declarations import declare
from shared.access.permissions import FieldClass
from shared.access.views import View, parts
from shared.events.contract import Count, Reference
from shared.http import Command, optional, required

_HEALTH: Final = FieldClass.HEALTH


class RequestCounselling(Timed):
    """Record the person's request for counselling."""

    modalities: list[str] = required(models.CounsellingRequest.modalities)
    language: str | None = optional(models.CounsellingRequest.language, default=None)
    counsellor_gender: str | None = optional(models.CounsellingRequest.counsellor_gender, default=None)
    waits_because: str = required(models.CounsellingRequest.waits_because)
    meanwhile: list[str] = optional(models.CounsellingRequest.meanwhile, default_factory=list)
    asked_on: date | None = optional(models.CounsellingRequest.asked_on, default=None)


class AnswerRequest(Command):
    """Answer a request. Omitted values stay unchanged."""

    state: str = optional(models.CounsellingRequest.state, default="waiting")
    waits_because: str | None = optional(models.CounsellingRequest.waits_because, default=None)
    meanwhile: list[str] | None = optional(models.CounsellingRequest.meanwhile, default=None)


class CorrectRequest(CorrectTimed):
    """Correct a request. Omitted values stay unchanged."""

    modalities: list[str] | None = optional(models.CounsellingRequest.modalities, default=None)
    asked_on: date | None = optional(models.CounsellingRequest.asked_on, default=None)


class CounsellingRequest(View, of=models.CounsellingRequest):
    """A request in the support file."""


class Waits(View):
    """A request that waits in one of the reader's cases."""

    id = models.CounsellingRequest.id
    case = declare(Reference(), _HEALTH, "The case.")
    modalities = models.CounsellingRequest.modalities
    language = models.CounsellingRequest.language
    counsellor_gender = models.CounsellingRequest.counsellor_gender
    waits_because = models.CounsellingRequest.waits_because
    meanwhile = models.CounsellingRequest.meanwhile
    asked_on = models.CounsellingRequest.asked_on
    days = declare(Count(), _HEALTH, "For how many days they have waited.", example=3)


class CounsellingQueue(View):
    """Requests that wait in the reader's cases, at most 200, the longest wait first."""

    waiting = parts(Waits)
