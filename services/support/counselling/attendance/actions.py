"""Record and correct counselling sessions. Absence ends nothing; two in a row set a task to ask after the person."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.support.cases.case.actions import Change
from services.support.cases.task.actions import finish_task, set_task
from services.support.counselling.attendance import rules
from services.support.counselling.attendance.models import CounsellingSession
from services.support.counselling.attendance.schemas import AttendSession, CorrectSession, RecordSession
from services.support.counselling.counselling.actions import pauses_of
from services.support.counselling.counselling.hooks import Withdrawn
from services.support.counselling.counselling.models import Course
from services.support.help.delivery.actions import follow_record
from services.support.help.delivery.rules import Service
from shared.access import exclusions
from shared.casework.corrections import Corrected


def record_session(change: Change, command: RecordSession) -> UUID:
    """Record a session of counselling, planned or held.

    Return its id. A planned session can be in the future. Raises `NotFound`, `FactRefused`,
    `StepForbidden`.
    """
    course = change.one(Course, command.course)
    rules.check_counts(taken_back=course.taken_back_at is not None)
    _check_interpreter(change, interpreted=command.interpreted, checked=command.interpreter_checked)
    if command.attendance == rules.PLANNED and command.held_on is not None and command.held_on > change.today:
        stored = command.stored(recorded_at=change.now, recorded_by=UUID(change.by.subject))
    else:
        stored = change.recorded(command, "held_on")
    sitting = change.add(CounsellingSession, **stored)
    follow_record(change, sitting.id, None, _given(change, sitting))
    _ask_if_safe(change)
    return sitting.id


def attend_session(change: Change, sitting_id: UUID, command: AttendSession) -> None:
    """Record whether the person came to a planned session; absence has no consequences.

    Raises `NotFound`, `StepForbidden`.
    """
    sitting = change.one(CounsellingSession, sitting_id)
    rules.check_planned(sitting.attendance, taken_back=sitting.taken_back_at is not None)
    if command.attendance in rules.CAME:
        # The person may have refused an interpreter after the session was planned.
        _check_interpreter(change, interpreted=sitting.interpreted, checked=sitting.interpreter_checked)
    sitting.attendance, sitting.danger = command.attendance, command.danger or sitting.danger
    if command.attendance in rules.CAME:
        sitting.held_on = min(sitting.held_on, change.today)
    follow_record(change, sitting.id, None, _given(change, sitting))
    _ask_if_safe(change)


def correct_session(change: Change, sitting_id: UUID, command: CorrectSession) -> UUID:
    """Correct or withdraw a session; the earlier values are kept.

    Return the correction's id. Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    sitting = change.one(CounsellingSession, sitting_id)
    before = _given(change, sitting)
    # A correction of other fields needs no new check.
    _check_interpreter(change, interpreted=bool(command.interpreted), checked=command.interpreter_checked)

    def update(_corrected: Corrected) -> None:
        if sitting.attendance in rules.CAME:
            sitting.held_on = min(sitting.held_on, change.today)
        follow_record(change, sitting.id, before, _given(change, sitting))
        _ask_if_safe(change)

    return change.correct_dated("held_on", sitting, "counselling_session", command, after=update)


def take_back_services(session: Session, withdrawn: Withdrawn) -> None:
    """Withdraw the services of the sessions of a withdrawn course."""
    of_course = (CounsellingSession.case_id == withdrawn.change.case, CounsellingSession.course == withdrawn.course)
    for sitting in session.scalars(select(CounsellingSession.id).where(*of_course).order_by(CounsellingSession.id)):
        follow_record(withdrawn.change, sitting, None, None)


def _check_interpreter(change: Change, *, interpreted: bool, checked: bool | None) -> None:
    refused = any(
        exclusion.kind == rules.INTERPRETER and exclusion.member is None
        for exclusion in exclusions.of_case(change.session, change.case)
    )
    rules.check_interpreter(interpreted=interpreted, checked=checked, refused=refused)


def _given(change: Change, sitting: CounsellingSession) -> Service | None:
    """Return the service that a session gives: none if the person did not come, or the course was withdrawn."""
    course = change.one(Course, sitting.course)
    if sitting.attendance not in rules.CAME or sitting.taken_back_at or course.taken_back_at:
        return None
    # A correction can state that the person came to a future session. No service has a day in the future.
    return Service(rules.SERVICE, min(sitting.held_on, change.today))


def _ask_if_safe(change: Change) -> None:
    """Set the task if the person was absent twice in a row, else finish it."""
    change.session.flush()
    row = CounsellingSession.__table__.c
    standing = select(row.attendance, row.course, row.held_on).where(
        row.case_id == change.case, row.taken_back_at.is_(None)
    )
    sittings, pauses = (
        change.session.execute(standing.order_by(row.held_on.desc(), row.id.desc())),
        pauses_of(change.session, change.case),
    )
    if rules.asks_if_safe(
        sitting.attendance
        for sitting in sittings
        if not any(pause.covers(sitting.held_on) for pause in pauses.get(sitting.course, ()))
    ):
        set_task(change.session, change.case, rules.TASK, change.case, change.today)
    else:
        finish_task(change.session, change.case, rules.TASK, change.case, change.today)
