"""Sessions of counselling: their fields, each declared once, and what is recorded and shown of them."""

from datetime import date
from typing import Final
from uuid import UUID

from services.support.case.schemas import CorrectTimed, RecordView, Timed
from shared.access.declarations import declare, nullable
from shared.access.permissions import FieldClass
from shared.events.contract import Code, Day, Flag, Reference
from shared.http import Command, optional, required
from shared.reference import codes

_HEALTH: Final = FieldClass.HEALTH
SITTING = declare(Reference(), _HEALTH, "The session.")
COURSE = declare(Reference(), _HEALTH, "The course of counselling to which it belongs.")
HELD_ON = declare(Day(), _HEALTH, "The day of the session, today by default.")
ATTENDANCE = declare(Code(codes("session_attendance")), _HEALTH, "Whether the person came.")
INTERPRETED = declare(Flag(), _HEALTH, "Whether an interpreter was there.")
LANGUAGE = declare(nullable(Code(codes("language"))), _HEALTH, "In which language.", example="bg")

DANGER = declare(
    nullable(Code(codes("danger_flag"))), _HEALTH, "Whether the counsellor sees danger; it raises an alert."
)


class RecordSession(Timed):
    """A session of a course, planned or held."""

    course: UUID = required(COURSE)
    held_on: date | None = optional(HELD_ON, default=None)
    attendance: str = required(ATTENDANCE)
    interpreted: bool = optional(INTERPRETED, default=False)
    language: str | None = optional(LANGUAGE, default=None)
    danger: str | None = optional(DANGER, default=None)


class AttendSession(Command):
    """Whether the person came to a session that was planned."""

    attendance: str = required(ATTENDANCE)
    danger: str | None = optional(DANGER, default=None)


class CorrectSession(CorrectTimed):
    """What is so instead; what is left out stays as it is."""

    attendance: str | None = optional(ATTENDANCE, default=None)
    interpreted: bool | None = optional(INTERPRETED, default=None)
    held_on: date | None = optional(HELD_ON, default=None)
    danger: str | None = optional(DANGER, default=None)


class CounsellingSession(RecordView):
    """A session as the case shows it."""

    id = SITTING
    course = COURSE
    held_on = HELD_ON
    attendance = ATTENDANCE
    interpreted = INTERPRETED
    language = LANGUAGE
    danger = DANGER
