"""Courses of counselling: begun, and ended once. Ending brings no penalty; a person who comes back starts anew."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.support.case.models import CASES
from services.support.counselling import rules
from services.support.counselling.models import Course
from shared.casework.cases import one, rows_of, shown
from shared.casework.dates import dated
from shared.events.envelope import Announcement, new_id
from shared.exchange import eventlog

_SHOWN: Final = ("id", "modality", "started_on", "ended_on", "end_reason")


def start_counselling(session: Session, case: UUID, body: Mapping[str, Any], now: datetime) -> tuple[UUID, int]:
    """Start a course; return its id and the case's version."""
    locked_case, today = CASES.begin_change(session, case, now)
    day = dated("started_on", body.get("started_on"), today)
    course = Course(id=new_id(), case_id=case, modality=body["modality"], started_on=day)
    session.add(course)
    announced = {"course": course.id, "modality": course.modality, "started_on": day}
    eventlog.record(session, case, [Announcement("counselling.started", announced)])
    return course.id, locked_case.version


def end_counselling(session: Session, case: UUID, course: UUID, body: Mapping[str, Any], now: datetime) -> int:
    """End a course; return the case's version. Raises `NotFound`, `CourseHasEnded` and `FactRefused`."""
    locked_case, today = CASES.begin_change(session, case, now)
    ending = one(session, Course, case, course)
    day = dated("ended_on", body.get("ended_on"), today)
    rules.check_ending(ending.started_on, ending.ended_on, day)
    ending.ended_on, ending.end_reason = day, body["reason"]
    announced = {"course": course, "reason": ending.end_reason, "ended_on": day}
    eventlog.record(session, case, [Announcement("counselling.ended", announced)])
    return locked_case.version


def counselling_of(session: Session, case: UUID) -> list[dict[str, Any]]:
    """Return a case's courses of counselling as they are shown, oldest first."""
    return [shown(course, *_SHOWN) for course in rows_of(session, Course, case)]
