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
