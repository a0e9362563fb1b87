"""Start, pause, continue, end and correct courses of counselling, and answer requests for it.

No event is about a pause. Persons who wait are listed in the caller's cases.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.support.cases.case.actions import Change
from services.support.cases.case.models import TeamMember
from services.support.cases.task.actions import finish_if_withdrawn, finish_task, is_open, set_task
from services.support.counselling.counselling import rules
from services.support.counselling.counselling.events import CounsellingEnded, CounsellingStarted
from services.support.counselling.counselling.hooks import WITHDRAWN, Withdrawn
from services.support.counselling.counselling.models import CounsellingRequest, Course, Pause
from services.support.counselling.counselling.rules import Span
from services.support.counselling.counselling.schemas import (
    AnswerRequest,
    AskAgain,
    CorrectCourse,
    CorrectPause,
    CorrectRequest,
    EndCounselling,
    PauseCourse,
    RequestCounselling,
    ReturnToCourse,
    StartCounselling,
    Waits,
)
from shared.access.exclusions import excludes
from shared.access.tokens import Principal
from shared.access.views import Shown, shown
from shared.casework import corrections
from shared.casework.cases import one
from shared.casework.corrections import Corrected
from shared.casework.dates import today
from shared.casework.refusals import StepForbidden
from shared.events.envelope import Announcement
from shared.exchange import eventlog
from shared.http import Created

_OF_START: Final = frozenset(("modality", "started_on"))

_OF_END: Final = frozenset(("ended_on", "end_reason"))


def start_counselling(change: Change, command: StartCounselling) -> Created:
    """Start a course of counselling.

    Return its id, and that of an earlier equal record. Raises `FactRefused`.
    """
    course = change.add(Course, **change.recorded(command, "started_on"))
    alike = change.alike(course, "started_on", ("modality",))
    change.announce(_started(course))
    return Created(course.id, alike)


def end_counselling(change: Change, course: UUID, command: EndCounselling) -> Shown:
    """End a course of counselling; the person may come back.

    Raises `NotFound`, `CourseHasEnded`, `FactRefused`, `StepForbidden`.
    """
    ending = change.one(Course, course)
    if ending.taken_back_at is not None:
        raise StepForbidden(
            "counts", "This course was withdrawn as recorded by mistake. Start a new course if there is one."
        )
    day = change.stated("ended_on", command.ended_on)
    rules.check_ending(ending.started_on, ending.ended_on, day)
    rules.check_not_by_absence(command.reason, asks_if_safe=_asks_if_safe(change.session, change.case))
    ending.ended_on, ending.end_reason = day, command.reason
    _update_all_tasks(ending, change)
    change.announce(_ended(ending))
    return {"id": course, "version": change.version}


def correct_course(change: Change, course_id: UUID, command: CorrectCourse) -> UUID:
    """Correct or withdraw a course of counselling; the earlier values are kept.

    Return the correction's id. Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    course = change.one(Course, course_id)
    rules.check_corrected_end(course.ended_on, ended_on=command.ended_on, end_reason=command.end_reason)
    rules.check_not_by_absence(command.end_reason, asks_if_safe=_asks_if_safe(change.session, change.case))
    day = change.corrected_day("started_on", course, command)
    ended_on = course.ended_on if command.ended_on is None else change.stated("ended_on", command.ended_on)
    if ended_on is not None:
        rules.check_order(day, ended_on)

    def announce_and_update(corrected: Corrected) -> None:
        announced = [_started(course)] if corrected.was.keys() & _OF_START else []
        announced += [_ended(course)] if corrected.was.keys() & _OF_END else []
        eventlog.record(change.session, change.case, announced)
        _update_all_tasks(course, change)
        if corrected.takes_back:
            WITHDRAWN.announce(change.session, Withdrawn(change, course.id))

    return change.correct(course, "counselling", command, announce_and_update, started_on=day)


def pause_course(change: Change, course_id: UUID, command: PauseCourse) -> UUID:
    """Record that the person pauses a course; their place is kept.

    Return the pause's id. The course does not end. Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    course = change.one(Course, course_id)
    rules.check_goes_on(course.ended_on, taken_back=course.taken_back_at is not None)
    stored = change.recorded(command, "paused_on")
    rules.check_pause(course.started_on, Span(stored["paused_on"], None), _others(change.session, course))
    stored["ask_again_on"] = rules.ask_again(stored["paused_on"], command.ask_again_on)
    pause = change.add(Pause, course=course.id, **stored)
    _update_task(pause, course, change)
    return pause.id


def ask_again(change: Change, pause_id: UUID, command: AskAgain) -> None:
    """Record that the person was asked whether they want to continue, and extend the pause.

    Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    pause, course = _lasting(change.session, change.case, pause_id)
    pause.ask_again_on = rules.ask_again(change.today, command.ask_again_on)
    pause.way_back = command.way_back or pause.way_back
    pause.revision += 1
    _update_task(pause, course, change)


def return_to_course(change: Change, pause_id: UUID, command: ReturnToCourse) -> None:
    """Record that the person is back in their course, without a new request or a new wait.

    The person need not request anything. Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    pause, course = _lasting(change.session, change.case, pause_id)
    day = change.stated("returned_on", command.returned_on)
    rules.check_return(pause.paused_on, day)
    pause.returned_on = day
    _update_task(pause, course, change)


def correct_pause(change: Change, pause_id: UUID, command: CorrectPause) -> UUID:
    """Correct or withdraw a pause; the earlier values are kept.

    Return the correction's id. Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    pause = change.one(Pause, pause_id)
    course = change.one(Course, pause.course)
    rules.check_corrected_return(pause.returned_on, command.returned_on)
    day = change.corrected_day("paused_on", pause, command)
    returned_on = pause.returned_on
    if command.returned_on is not None:
        returned_on = change.stated("returned_on", command.returned_on)
    rules.check_return(day, returned_on)
    if corrections.stated(command):
        rules.check_pause(course.started_on, Span(day, returned_on), _others(change.session, course, but=pause.id))
    if command.ask_again_on is not None:
        rules.ask_again(change.today, command.ask_again_on)
    return change.correct(
        pause,
        "counselling_pause",
        command,
        lambda _: _update_task(pause, course, change),
        paused_on=day,
    )


def pauses_of(session: Session, case: UUID) -> dict[UUID, list[Span]]:
    """Return the valid pauses of a case, by course."""
    counts = select(Pause).where(Pause.case_id == case, Pause.taken_back_at.is_(None))
    by_course: dict[UUID, list[Span]] = {}
    for pause in session.scalars(counts):
        by_course.setdefault(pause.course, []).append(Span(pause.paused_on, pause.returned_on))
    return by_course


def _lasting(session: Session, case: UUID, pause_id: UUID) -> tuple[Pause, Course]:
    """Return a current pause and its open course. Raises `NotFound`, `StepForbidden`."""
    pause = one(session, Pause, case, pause_id)
    rules.check_paused(pause.returned_on, taken_back=pause.taken_back_at is not None)
    course = one(session, Course, case, pause.course)
    rules.check_goes_on(course.ended_on, taken_back=course.taken_back_at is not None)
    return pause, course


def _others(session: Session, course: Course, but: UUID | None = None) -> list[Span]:
    """Return the valid pauses of a course, except one."""
    counts = select(Pause).where(Pause.course == course.id, Pause.taken_back_at.is_(None))
    return [Span(pause.paused_on, pause.returned_on) for pause in session.scalars(counts) if pause.id != but]


def _asks_if_safe(session: Session, case: UUID) -> bool:
    return is_open(session, case, rules.ASK_IF_SAFE, case)


def _update_all_tasks(course: Course, change: Change) -> None:
    for pause in change.session.scalars(select(Pause).where(Pause.course == course.id)).all():
        _update_task(pause, course, change)


def _update_task(pause: Pause, course: Course, change: Change) -> None:
    """Set the task to ask again, or finish it."""
    lasts = pause.returned_on is None and pause.taken_back_at is None
    if lasts and course.ended_on is None and course.taken_back_at is None:
        set_task(change.session, change.case, rules.ASK_AGAIN, pause.id, pause.ask_again_on)
    else:
        finish_task(change.session, change.case, rules.ASK_AGAIN, pause.id, change.today)


def _started(course: Course) -> Announcement:
    return Announcement("counselling.started", shown(course, CounsellingStarted, course=course.id))


def _ended(course: Course) -> Announcement:
    payload = shown(course, CounsellingEnded, course=course.id, reason=course.end_reason)
    return Announcement("counselling.ended", payload)


def request_counselling(change: Change, command: RequestCounselling) -> UUID:
    """Record a request for counselling, why the person waits, and their help meanwhile.

    Return the request's id. Raises `FactRefused`.
    """
    request = change.add(CounsellingRequest, state=rules.WAITING, **change.recorded(command, "asked_on"))
    set_task(change.session, change.case, rules.TASK, request.id, request.asked_on)
    return request.id


def answer_request(change: Change, counselling_request_id: UUID, command: AnswerRequest) -> None:
    """Record the outcome of a request, or why it waits now.

    Raises `NotFound`, `StepForbidden`.
    """
    request = change.one(CounsellingRequest, counselling_request_id)
    rules.check_waits(request.state, taken_back=request.taken_back_at is not None)
    request.state, request.waits_because = command.state, command.waits_because or request.waits_because
    request.meanwhile = request.meanwhile if command.meanwhile is None else command.meanwhile
    request.revision += 1
    if command.state != rules.WAITING:
        request.answered_on = change.today
        finish_task(change.session, change.case, rules.TASK, request.id, change.today)


def correct_request(change: Change, counselling_request_id: UUID, command: CorrectRequest) -> UUID:
    """Correct or withdraw a request; the earlier values are kept.

    Return the correction's id. Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    request = change.one(CounsellingRequest, counselling_request_id)
    return change.correct_dated(
        "asked_on",
        request,
        "counselling_request",
        command,
        after=lambda _: finish_if_withdrawn(change, request, rules.TASK),
    )


def waiting_for(session: Session, now: datetime, *, by: Principal) -> dict[str, object]:
    """Return the persons who wait for counselling in the caller's cases, longest wait first."""
    me, row = UUID(by.subject), CounsellingRequest.__table__.c
    waits = (
        select(CounsellingRequest)
        .join(TeamMember, TeamMember.case_id == row.case_id)
        .where(
            TeamMember.member == me,
            row.state == rules.WAITING,
            row.taken_back_at.is_(None),
            ~excludes(row.case_id, me),
        )
        .order_by(row.asked_on, row.id)
        .limit(rules.LONGEST_LIST)
    )
    day = today(now, None)
    return {
        "waiting": [
            shown(request, Waits, case=request.case_id, days=max(0, (day - request.asked_on).days))
            for request in session.scalars(waits)
        ]
    }
