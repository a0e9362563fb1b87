"""Courses of counselling: begun, ended once, put right. Ending brings no penalty; who comes back starts anew."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.support.case.actions import begin_change
from services.support.counselling import rules
from services.support.counselling.models import Course
from services.support.counselling.schemas import CorrectCourse, EndCounselling, StartCounselling
from shared.access.tokens import Principal
from shared.casework.cases import one
from shared.casework.refusals import StepForbidden
from shared.events.envelope import Announcement, new_id
from shared.exchange import eventlog

_OF_START: Final = frozenset(("modality", "started_on"))
_OF_END: Final = frozenset(("ended_on", "end_reason"))


def start_counselling(
    session: Session, case: UUID, command: StartCounselling, now: datetime, *, by: Principal
) -> tuple[UUID, UUID | None, int]:
    """Start a course.

    Return its id, that of an earlier one that says the same, and the case's version. Raises `FactRefused`.
    """
    change = begin_change(session, case, now, by)
    course = Course(id=new_id(), case_id=case, **change.recorded(command, "started_on"))
    session.add(course)
    alike = change.alike(course, "started_on", ("modality",))
    eventlog.record(session, case, [_started(course)])
    return course.id, alike, change.version


def end_counselling(
    session: Session, case: UUID, course: UUID, command: EndCounselling, now: datetime, *, by: Principal
) -> int:
    """End a course; return the case's version. Raises `NotFound`, `CourseHasEnded`, `FactRefused`, `StepForbidden`."""
    change = begin_change(session, case, now, by)
    ending = one(session, Course, case, course)
    if ending.taken_back_at is not None:
        raise StepForbidden(
            "counts", "This course was taken back, as recorded wrongly. Start a course if there is one."
        )
    day = change.stated("ended_on", command.ended_on)
    rules.check_ending(ending.started_on, ending.ended_on, day)
    ending.ended_on, ending.end_reason = day, command.reason
    eventlog.record(session, case, [_ended(ending)])
    return change.version


def correct_course(
    session: Session, case: UUID, course_id: UUID, command: CorrectCourse, now: datetime, *, by: Principal
) -> tuple[UUID, int]:
    """Put a course right; return the correction's id and the case's version.

    Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    change = begin_change(session, case, now, by)
    course = one(session, Course, case, course_id)
    rules.check_corrected_end(course.ended_on, ended_on=command.ended_on, end_reason=command.end_reason)
    day = change.corrected_day("started_on", course, command)
    ended_on = course.ended_on if command.ended_on is None else change.stated("ended_on", command.ended_on)
    if ended_on is not None:
        rules.check_order(day, ended_on)
    corrected = change.put_right(course, "counselling", command, started_on=day)
    announced = [_started(course)] if corrected.was.keys() & _OF_START else []
    announced += [_ended(course)] if corrected.was.keys() & _OF_END else []
    eventlog.record(session, case, [corrected.announcement, *announced])
    return corrected.id, change.version


def _started(course: Course) -> Announcement:
    payload = {"modality": course.modality, "started_on": course.started_on, "revision": course.revision}
    return Announcement("counselling.started", {"course": course.id, **payload})


def _ended(course: Course) -> Announcement:
    payload = {"reason": course.end_reason, "ended_on": course.ended_on, "revision": course.revision}
    return Announcement("counselling.ended", {"course": course.id, **payload})
