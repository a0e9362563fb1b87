"""The commands and views of counselling and of requests for it. Most fields are declared on columns (`models`)."""

from datetime import date
from typing import Final

from services.support.cases.case.schemas import CorrectTimed, Timed
from services.support.counselling.counselling import models
from shared.access.declarations import ID, VERSION, declare, not_null
from shared.access.permissions import FieldClass
from shared.access.views import View, parts
from shared.events.contract import Count, Reference
from shared.http import Command, optional, required


class StartCounselling(Timed):
    """Start a course of counselling."""

    modality: str = required(models.Course.modality)
    started_on: date | None = optional(models.Course.started_on, default=None)


class EndCounselling(Command):
    """End a course."""

    reason: str = required(not_null(models.Course.end_reason))
    ended_on: date | None = optional(not_null(models.Course.ended_on), default=None)


class CorrectCourse(CorrectTimed):
    """Correct a course. Omitted values stay unchanged."""

    modality: str | None = optional(models.Course.modality, default=None)
    started_on: date | None = optional(models.Course.started_on, default=None)
    ended_on: date | None = optional(not_null(models.Course.ended_on), default=None)
    end_reason: str | None = optional(not_null(models.Course.end_reason), default=None)


class Course(View, of=models.Course):
    """A course in the support file. It is open until it has an end."""


class ChangedCourse(View):
    """A course whose end was recorded."""

    id = ID
    version = VERSION


class PauseCourse(Timed):
    """Pause a course. The person keeps their place and is not put on a waiting list."""

    because: str = optional(models.Pause.because, default="no_reason_given")
    way_back: str = optional(models.Pause.way_back, default="counsellor_asks")
    paused_on: date | None = optional(models.Pause.paused_on, default=None)
    ask_again_on: date | None = optional(models.Pause.ask_again_on, default=None)


class AskAgain(Command):
    """Extend a pause after asking the person."""

    way_back: str | None = optional(models.Pause.way_back, default=None)
    ask_again_on: date | None = optional(models.Pause.ask_again_on, default=None)


class ReturnToCourse(Command):
    """End a pause. The course continues."""

    returned_on: date | None = optional(not_null(models.Pause.returned_on), default=None)


class CorrectPause(CorrectTimed):
    """Correct a pause. Omitted values stay unchanged."""

    because: str | None = optional(models.Pause.because, default=None)
    way_back: str | None = optional(models.Pause.way_back, default=None)
    paused_on: date | None = optional(models.Pause.paused_on, default=None)
    ask_again_on: date | None = optional(models.Pause.ask_again_on, default=None)
    returned_on: date | None = optional(not_null(models.Pause.returned_on), default=None)


class Pause(View, of=models.Pause):
    """A pause in the support file. It lasts until the person returns."""


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
