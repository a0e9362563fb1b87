"""Record, decide, review, end and correct absences, and notify the police with care. They end no support."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.support.cases.case import actions as person
from services.support.cases.case.actions import Change
from services.support.cases.case.models import CASES
from services.support.cases.case.rules import CHILD, is_protected_as_child
from services.support.cases.safety.actions import reopen
from services.support.cases.task.actions import finish_task, set_task
from services.support.risks.alert.actions import raise_for_danger
from services.support.risks.assessment.actions.reading import last_risk
from services.support.risks.missing import rules
from services.support.risks.missing.models import Absence
from services.support.risks.missing.schemas import CorrectAbsence, DecideAbsence, FindAbsent, NoteAbsence
from shared.casework import corrections
from shared.casework.cases import one
from shared.casework.corrections import Correct
from shared.casework.dates import today
from shared.deadlines import time_source, timers
from shared.deadlines.timers import Timer
from shared.events.contract import Received
from shared.exchange import eventlog
from shared.exchange.follower import Reaction

TIMER: Final = "absence"
#: The kind of danger of the alert, for those who see the case.
_DANGER: Final = "missing"


def note_absence(change: Change, command: NoteAbsence) -> UUID:
    """Record a missed contact; a child, or a person at high risk, is missing at once.

    So is a person who was in danger the day before. Return its id. Raises `FactRefused`, `StepForbidden`.
    """
    rules.check_one(is_open=is_absent(change.session, change.case))
    stored = change.recorded(command, "missed_on")
    stored |= _protection(change.session, change.case, command)
    at_once = rules.is_missing_at_once(
        is_child=stored["is_child"], high_risk=stored["high_risk"], danger_yesterday=stored.pop("danger_yesterday")
    )
    absence = change.add(Absence, state=rules.CONCERN, **stored)
    change.session.flush()
    set_task(change.session, change.case, rules.DECISION, absence.id, change.today)
    if at_once:
        _declare(absence, change)
    else:
        timers.schedule(change.session, absence.id, TIMER, change.now + rules.TO_DECIDE)
    return absence.id


def decide_absence(change: Change, absence_id: UUID, command: DecideAbsence) -> None:
    """Decide whether the person is missing, or left by choice.

    Raises `StepForbidden`.
    """
    absence = _open(change.session, change.case, absence_id, rules.CONCERN)
    if command.decision == rules.MISSING:
        _declare(absence, change)
    else:
        absence.decided_by_lead, absence.decided_at = UUID(change.by.subject), change.now
        _close(absence, rules.BY_CHOICE, change)


def tell_police(change: Change, absence_id: UUID) -> None:
    """Record the report to the police: at once for a child or as agreed, otherwise with a second person.

    Return the version. Raises `NotFound`, `StepForbidden`.
    """
    absence, who = _open(change.session, change.case, absence_id, rules.MISSING), UUID(change.by.subject)
    if absence.police_told_at is not None:
        return
    agreed, first = absence.agreed_to_police, absence.police_proposed_by
    # An age that one user enters gives no power over an adult, only an age that intake knew then and knows now.
    is_child = person.known(change.session, change.case).is_surely_child and absence.known_age in CHILD
    if rules.tells_police(is_child=is_child, agreed=agreed, proposed_by=first, by=who):
        absence.police_told_by, absence.police_told_at = who, change.now
    else:
        absence.police_proposed_by = who


def review_absence(change: Change, absence_id: UUID) -> None:
    """Record a review of an absence.

    Raises `NotFound`, `StepForbidden`.
    """
    absence = _open(change.session, change.case, absence_id, rules.MISSING)
    absence.reviews += 1
    _update_review_task(absence, change)


def find_absent(change: Change, absence_id: UUID, command: FindAbsent) -> None:
    """Record that the person was found, and whether they are safe; their whereabouts are not disclosed.

    The safety plan is reopened for review. Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    absence = _open(change.session, change.case, absence_id, *rules.LOOKING)
    day = change.stated("found_on", command.found_on)
    rules.check_found(absence.missed_on, day)
    absence.found_on, absence.outcome, absence.safe = day, command.outcome, command.safe
    was_missing = absence.state == rules.MISSING
    _close(absence, rules.FOUND, change, was_declared=was_missing)
    reopen(change.session, change.case, "found", change.today)
    set_task(change.session, change.case, rules.TALK, absence.id, day + timedelta(days=rules.TALK_WITHIN))


def offer_talk(change: Change, absence_id: UUID) -> None:
    """Record that the person was offered a talk with someone of their choice.

    Raises `StepForbidden`.
    """
    absence = _open(change.session, change.case, absence_id, rules.FOUND)
    absence.talk_offered_on = absence.talk_offered_on or change.today
    finish_task(change.session, change.case, rules.TALK, absence.id, change.today)


def correct_absence(change: Change, absence_id: UUID, command: CorrectAbsence) -> UUID:
    """Correct or withdraw an absence.

    Return the correction's id. Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    absence = change.one(Absence, absence_id)
    stated = corrections.stated(command)
    corrections.check(command, taken_back=absence.taken_back_at is not None, changes=stated)
    if "absence_reason" in stated:
        stated["reason"] = stated.pop("absence_reason")
    rules.check_corrected_finding(absence.state, stated)
    if "is_child" in stated:
        stated["said_child"] = stated.pop("is_child")
        stated["is_child"] = is_protected_as_child(
            person.known(change.session, change.case), typed=stated["said_child"], before=absence.is_child
        )
    day = change.corrected_day("missed_on", absence, command)
    is_declared = absence.state == rules.MISSING
    return change.correct(
        absence,
        "absence",
        Correct(reason=command.reason),
        lambda corrected: _stop(absence, change, was_declared=is_declared) if corrected.takes_back else None,
        **{**stated, "missed_on": day},
    )


def protect_child(session: Session, received: Received) -> None:
    """Treat an absent person as a child once intake knows that they are one."""
    case, known = received.subject, person.known(session, received.subject)
    CASES.lock(session, case)
    looking = select(Absence).where(Absence.case_id == case, Absence.state.in_(rules.LOOKING))
    for absence in session.scalars(looking.where(Absence.taken_back_at.is_(None))).all():
        if known.is_child and not absence.is_child:
            absence.is_child = True
            if absence.state == rules.CONCERN:  # for a missing person, the record itself raises the alert
                now = time_source.now(session)
                raise_for_danger(
                    session, case, now, danger=_DANGER, urgency=rules.IMMEDIATE, by=None, stays_inside=True
                )


def _protection(session: Session, case: UUID, command: NoteAbsence) -> dict[str, Any]:
    """Return the known and the entered age and risk; the safer value of each applies."""
    known = person.known(session, case)
    return {
        "is_child": is_protected_as_child(known, typed=command.is_child),
        "said_child": command.is_child,
        "known_age": known.age,
        "high_risk": bool(command.high_risk) or rules.is_high(last_risk(session, case)),
    }


def is_absent(session: Session, case: UUID) -> bool:
    """Return whether staff are looking for the person."""
    looking = select(Absence.id).where(
        Absence.case_id == case, Absence.state.in_(rules.LOOKING), Absence.taken_back_at.is_(None)
    )
    return session.execute(looking.limit(1)).first() is not None


def ask_again(session: Session, timer: Timer, now: datetime) -> None:
    """Raise an alert if no one decided in time whether the person is missing."""
    absence = session.get(Absence, timer.owner)
    if absence is None or absence.state != rules.CONCERN or absence.taken_back_at is not None:
        return
    CASES.lock(session, absence.case_id)
    raise_for_danger(session, absence.case_id, now, danger=_DANGER, urgency=rules.TODAY, by=None, stays_inside=True)


def _open(session: Session, case: UUID, absence_id: UUID, *states: str) -> Absence:
    """Return an absence of one of these states. Raises `NotFound`, `StepForbidden`."""
    absence = one(session, Absence, case, absence_id)
    rules.check_step(absence.state, *states, taken_back=absence.taken_back_at is not None)
    return absence


def _declare(absence: Absence, change: Change) -> None:
    """Store and publish that the person is missing. The record itself raises the alert."""
    case, urgency = absence.case_id, rules.urgency(is_child=absence.is_child, high_risk=absence.high_risk)
    who = UUID(change.by.subject)
    absence.state, absence.decided_by_lead, absence.decided_at = rules.MISSING, who, change.now
    timers.cancel(change.session, absence.id)
    finish_task(change.session, case, rules.DECISION, absence.id, change.today)
    declared = rules.declared(absence.id, change.now, is_child=absence.is_child, urgency=urgency)
    eventlog.record(change.session, case, [declared])
    reopen(change.session, case, "missing", change.today)
    _update_review_task(absence, change)


def _update_review_task(absence: Absence, change: Change) -> None:
    # The local day of the person: in the evening or early morning, the day by UTC can differ.
    decided = absence.missed_on if absence.decided_at is None else today(absence.decided_at, change.jurisdiction)
    set_task(change.session, absence.case_id, rules.REVIEW, absence.id, rules.next_review(decided, absence.reviews))


def _close(absence: Absence, state: str, change: Change, *, was_declared: bool = False) -> None:
    absence.state = state
    _stop(absence, change, was_declared=was_declared)


def _stop(absence: Absence, change: Change, *, was_declared: bool) -> None:
    """Finish the open tasks, and publish that the search has ended."""
    timers.cancel(change.session, absence.id)
    for kind in (rules.DECISION, rules.REVIEW):
        finish_task(change.session, absence.case_id, kind, absence.id, change.today)
    ended = rules.ended(absence.id, was_declared=was_declared, is_found=absence.state == rules.FOUND)
    eventlog.record(change.session, absence.case_id, [ended])


#: The events after which intake may know a different age.
REACTIONS: Final = tuple(
    Reaction("absent_child", key, protect_child) for key in ("intake.person.recorded", "intake.contact.changed")
)
ON_TIMER: Final[timers.Handlers] = {TIMER: ask_again}
