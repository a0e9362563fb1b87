"""The commands and the view of counselling sessions. Fields are declared on their columns (`models`)."""

from datetime import date
from uuid import UUID

from services.support.cases.case.schemas import CorrectTimed, Timed
from services.support.counselling.attendance import models
from shared.access.views import View
from shared.http import Command, optional, required


class RecordSession(Timed):
    """Record a planned or held session of a course."""

    course: UUID = required(models.CounsellingSession.course)
    held_on: date | None = optional(models.CounsellingSession.held_on, default=None)
    attendance: str = required(models.CounsellingSession.attendance)
    interpreted: bool = optional(models.CounsellingSession.interpreted, default=False)
    interpreter_checked: bool | None = optional(models.CounsellingSession.interpreter_checked, default=None)
    language: str | None = optional(models.CounsellingSession.language, default=None)
    danger: str | None = optional(models.CounsellingSession.danger, default=None)


class AttendSession(Command):
    """Record whether the person came to a planned session."""

    attendance: str = required(models.CounsellingSession.attendance)
    danger: str | None = optional(models.CounsellingSession.danger, default=None)


class CorrectSession(CorrectTimed):
    """Correct a session. Omitted values stay unchanged."""

    attendance: str | None = optional(models.CounsellingSession.attendance, default=None)
    interpreted: bool | None = optional(models.CounsellingSession.interpreted, default=None)
    interpreter_checked: bool | None = optional(models.CounsellingSession.interpreter_checked, default=None)
    held_on: date | None = optional(models.CounsellingSession.held_on, default=None)
    danger: str | None = optional(models.CounsellingSession.danger, default=None)


class CounsellingSession(View, of=models.CounsellingSession):
    """A session in the support file."""
