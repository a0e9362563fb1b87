"""Courses of counselling: begun, and ended once. Ending brings no penalty; a person who comes back starts anew."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.support.case.models import CASES
from services.support.counselling import rules
from services.support.counselling.models import Course
from services.support.counselling.schemas import EndCounselling, StartCounselling
from shared.casework.cases import one
from shared.casework.dates import dated
from shared.events.envelope import Announcement, new_id
from shared.exchange import eventlog


def start_counselling(session: Session, case: UUID, command: StartCounselling, now: datetime) -> tuple[UUID, int]:
    """Start a course; return its id and the case's version."""
    locked_case, today = CASES.begin_change(session, case, now)
    day = dated("started_on", command.started_on, today)
    course = Course(id=new_id(), case_id=case, modality=command.modality, started_on=day)
    session.add(course)
    announced = {"course": course.id, "modality": course.modality, "started_on": day}
    eventlog.record(session, case, [Announcement("counselling.started", announced)])
    return course.id, locked_case.version


def end_counselling(session: Session, case: UUID, course: UUID, command: EndCounselling, now: datetime) -> int:
    """End a course; return the case's version. Raises `NotFound`, `CourseHasEnded` and `FactRefused`."""
    locked_case, today = CASES.begin_change(session, case, now)
    ending = one(session, Course, case, course)
    day = dated("ended_on", command.ended_on, today)
    rules.check_ending(ending.started_on, ending.ended_on, day)
    ending.ended_on, ending.end_reason = day, command.reason
    announced = {"course": course, "reason": ending.end_reason, "ended_on": day}
    eventlog.record(session, case, [Announcement("counselling.ended", announced)])
    return locked_case.version
