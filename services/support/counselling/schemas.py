"""The commands and views of counselling. Fields are declared on their columns (`models`)."""

from datetime import date

from services.support.case.schemas import CorrectTimed, Timed
from services.support.counselling import models
from shared.access.declarations import ID, VERSION, not_null
from shared.access.views import View
from shared.http import Command, optional, required


class StartCounselling(Timed):
    """A course of counselling that begins."""

    modality: str = required(models.Course.modality)
    started_on: date | None = optional(models.Course.started_on, default=None)


class EndCounselling(Command):
    """The end of a course."""

    reason: str = required(not_null(models.Course.end_reason))
    ended_on: date | None = optional(not_null(models.Course.ended_on), default=None)


class CorrectCourse(CorrectTimed):
    """What is so of a course instead; what is left out stays as it is."""

    modality: str | None = optional(models.Course.modality, default=None)
    started_on: date | None = optional(models.Course.started_on, default=None)
    ended_on: date | None = optional(not_null(models.Course.ended_on), default=None)
    end_reason: str | None = optional(not_null(models.Course.end_reason), default=None)


class Course(View, of=models.Course):
    """A course as the case shows it; open until it has an end."""


class ChangedCourse(View):
    """A course whose end was recorded."""

    id = ID
    version = VERSION


class PauseCourse(Timed):
    """The person takes a rest from a course; their place is kept, and nobody puts them on a list."""

    because: str = optional(models.Pause.because, default="no_reason_given")
    way_back: str = optional(models.Pause.way_back, default="counsellor_asks")
    paused_on: date | None = optional(models.Pause.paused_on, default=None)
    ask_again_on: date | None = optional(models.Pause.ask_again_on, default=None)


class AskAgain(Command):
    """They were asked, and want to pause for longer."""

    way_back: str | None = optional(models.Pause.way_back, default=None)
    ask_again_on: date | None = optional(models.Pause.ask_again_on, default=None)


class ReturnToCourse(Command):
    """They are back, and go on where they were."""

    returned_on: date | None = optional(not_null(models.Pause.returned_on), default=None)


class CorrectPause(CorrectTimed):
    """What is so of a pause instead; what is left out stays as it is."""

    because: str | None = optional(models.Pause.because, default=None)
    way_back: str | None = optional(models.Pause.way_back, default=None)
    paused_on: date | None = optional(models.Pause.paused_on, default=None)
    ask_again_on: date | None = optional(models.Pause.ask_again_on, default=None)
    returned_on: date | None = optional(not_null(models.Pause.returned_on), default=None)


class Pause(View, of=models.Pause):
    """A pause as the case shows it; it lasts until they are back."""
