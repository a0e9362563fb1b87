"""Counselling: its fields, each declared once, and what is recorded and shown of it."""

from datetime import date

from services.support.case.schemas import CorrectTimed, RecordView, Timed
from shared.access.declarations import ID, VERSION, declare, or_null
from shared.access.permissions import FieldClass
from shared.access.views import View
from shared.events.contract import Code, Day, Reference
from shared.http import Command, optional, required
from shared.reference import codes

COURSE = declare(Reference(), FieldClass.HEALTH, "The course of counselling.")
MODALITY = declare(Code(codes("counselling_modality")), FieldClass.HEALTH, "How it is given.")
STARTED_ON = declare(Day(), FieldClass.HEALTH, "Its first day, today by default.")
END_REASON = declare(Code(codes("counselling_end_reason")), FieldClass.HEALTH, "Why it ended.")
ENDED_ON = declare(Day(), FieldClass.HEALTH, "Its last day, today by default.")
PAUSE = declare(Reference(), FieldClass.HEALTH, "The pause.")
PAUSED_ON = declare(Day(), FieldClass.HEALTH, "The first day of the pause, today by default.")
PAUSE_REASON = declare(Code(codes("pause_reason")), FieldClass.HEALTH, "Why, as the person says; none need be given.")
WAY_BACK = declare(Code(codes("way_back")), FieldClass.HEALTH, "How they come back, as was agreed.")
ASK_AGAIN_ON = declare(
    Day(), FieldClass.HEALTH, "The day on which somebody asks whether they want to go on: four weeks on by default."
)
RETURNED_ON = declare(Day(), FieldClass.HEALTH, "The day on which they came back, today by default.")


class StartCounselling(Timed):
    """A course of counselling that begins."""

    modality: str = required(MODALITY)
    started_on: date | None = optional(STARTED_ON, default=None)


class EndCounselling(Command):
    """The end of a course."""

    reason: str = required(END_REASON)
    ended_on: date | None = optional(ENDED_ON, default=None)


class CorrectCourse(CorrectTimed):
    """What is so of a course instead; what is left out stays as it is."""

    modality: str | None = optional(MODALITY, default=None)
    started_on: date | None = optional(STARTED_ON, default=None)
    ended_on: date | None = optional(ENDED_ON, default=None)
    end_reason: str | None = optional(END_REASON, default=None)


class Course(RecordView):
    """A course as the case shows it; open until it has an end."""

    id = COURSE
    modality = MODALITY
    started_on = STARTED_ON
    ended_on = or_null(ENDED_ON)
    end_reason = or_null(END_REASON)


class ChangedCourse(View):
    """A course whose end was recorded."""

    id = ID
    version = VERSION


class PauseCourse(Timed):
    """The person takes a rest from a course; their place is kept, and nobody puts them on a list."""

    because: str = optional(PAUSE_REASON, default="no_reason_given")
    way_back: str = optional(WAY_BACK, default="counsellor_asks")
    paused_on: date | None = optional(PAUSED_ON, default=None)
    ask_again_on: date | None = optional(ASK_AGAIN_ON, default=None)


class AskAgain(Command):
    """They were asked, and want to pause for longer."""

    way_back: str | None = optional(WAY_BACK, default=None)
    ask_again_on: date | None = optional(ASK_AGAIN_ON, default=None)


class ReturnToCourse(Command):
    """They are back, and go on where they were."""

    returned_on: date | None = optional(RETURNED_ON, default=None)


class CorrectPause(CorrectTimed):
    """What is so of a pause instead; what is left out stays as it is."""

    because: str | None = optional(PAUSE_REASON, default=None)
    way_back: str | None = optional(WAY_BACK, default=None)
    paused_on: date | None = optional(PAUSED_ON, default=None)
    ask_again_on: date | None = optional(ASK_AGAIN_ON, default=None)
    returned_on: date | None = optional(RETURNED_ON, default=None)


class Pause(RecordView):
    """A pause as the case shows it; it lasts until they are back."""

    id = PAUSE
    course = COURSE
    paused_on = PAUSED_ON
    because = PAUSE_REASON
    way_back = WAY_BACK
    ask_again_on = ASK_AGAIN_ON
    returned_on = or_null(RETURNED_ON)
