"""Raise, acknowledge, end and correct safeguarding alerts, and escalate them by timers."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.support.cases.case.actions import Change
from services.support.cases.case.models import CASES, Correction
from services.support.cases.safety.actions import reopen
from services.support.cases.safety.rules import DANGER
from services.support.cases.task.actions import finish_task
from services.support.risks.alert import rules
from services.support.risks.alert.actions import ringing
from services.support.risks.alert.actions.beside import may_know_danger
from services.support.risks.alert.actions.telling import addressed_to, is_addressed_to, is_for_named_agency, reached
from services.support.risks.alert.models import Alert
from services.support.risks.alert.schemas import CorrectAlert, EndAlert, RaiseAlert
from shared.access import joined_cases
from shared.access.permissions import NotFound, Relation, existing
from shared.access.tokens import Principal
from shared.audit import trail
from shared.casework import cases, corrections
from shared.casework.dates import today
from shared.casework.naming import check_acts
from shared.deadlines import timers
from shared.deadlines.timers import Timer
from shared.events.envelope import Announcement, new_id
from shared.exchange import eventlog
from shared.exchange.eventlog import ORIGIN, event_log

TIMER: Final = "alert"
RECORDED_WRONGLY: Final = "recorded_wrongly"


def raise_alert(change: Change, command: RaiseAlert) -> UUID:
    """Raise a safeguarding alert, which escalates until a named person has acknowledged it.

    Return its id. Raises `FactRefused` for a future time.
    """
    change.stated("happened", None, command.happened, command.learnt)
    alert = Alert(id=new_id(), case_id=change.case, **command.stored(recorded_by=UUID(change.by.subject)))
    _raise(change.session, alert, change.now)
    return alert.id


def raise_for_danger(
    session: Session,
    case: UUID,
    now: datetime,
    *,
    danger: str,
    urgency: str,
    by: Principal | None,
    alert_id: UUID | None = None,
    is_raiser_unknown: bool = False,
    stays_inside: bool = False,
) -> UUID:
    """Raise an alert for a danger, and return its id.

    For an unknown code, the alert asks a person to check. `by` is None if no person raised it, or if another service
    flagged the danger and its event does not name the person (`is_raiser_unknown`). `stays_inside`: no agency receives
    it.
    """
    named = {"danger_type": rules.known_danger(danger), "urgency": rules.known_urgency(urgency)}
    who = None if by is None else UUID(by.subject)
    alert = Alert(id=alert_id or new_id(), case_id=case, recorded_by=who, stays_inside=stays_inside, **named)
    _raise(session, alert, now, is_raiser_unknown=is_raiser_unknown)
    return alert.id


def make_more_urgent(session: Session, alert: Alert, urgency: str) -> None:
    """Escalate an alert by a higher urgency. Its new revision notifies the notifiers and lists that have it."""
    alert.urgency = urgency
    timers.cancel(session, alert.id)
    go_up(session, alert, alert.raised_at)
    announce_again(session, alert)


def announce_again(session: Session, alert: Alert) -> None:
    """Publish a new revision of an alert."""
    alert.revision += 1
    eventlog.record(session, alert.case_id, [_raised(session, alert)])


def escalate(session: Session, timer: Timer, _now: datetime) -> None:
    """Escalate an alert to the next level, unless it has been acknowledged."""
    case = session.execute(select(Alert.case_id).where(Alert.id == timer.owner)).scalar_one_or_none()
    if case is None:
        return  # the case was erased
    CASES.lock(session, case)
    alert = session.get_one(Alert, timer.owner, populate_existing=True)
    due_level = int(timer.name.removeprefix(f"{TIMER}@"))
    level = rules.first_level(reached(session, alert.case_id, raiser=alert.recorded_by), due_level)
    answered = alert.acknowledged_at is not None or alert.is_over
    if rules.rises(alert.level, due_level, answered=answered):
        newly_addressed = range(alert.level + 1, level + 1)
        alert.level = level
        ringing.ring(session, alert, newly_addressed)
        eventlog.record(session, alert.case_id, [rules.escalated(alert.id, alert.urgency, level, told(session, alert))])


def acknowledge(
    session: Session, case: UUID, alert_id: UUID, now: datetime, *, by: Principal, relation: Relation
) -> None:
    """Acknowledge a safeguarding alert, which ends its escalation.

    Only the first acknowledgement applies. `case`: the case under which the caller saw the alert; it can be merged with
    the alert's own.

    Raises `NotFound`, and `FactRefused` for an unregistered caller, because others must be able to ask the carer.
    """
    alert = _of_person(session, case, alert_id)
    if alert is None or not rules.may_acknowledge(relation, is_addressed=is_addressed_to(session, alert, by)):
        raise NotFound
    _take(session, alert, now, by)


def acknowledge_from_afar(session: Session, alert_id: UUID, now: datetime, *, by: Principal) -> None:
    """Acknowledge an alert of another agency's case, of which the caller only sees that it waits.

    The case's audit log has an entry, as for each acknowledgement. Raises `NotFound`, `FactRefused`.
    """
    addressed, _ = addressed_to(session, by)
    case = existing(session.execute(select(Alert.case_id).where(Alert.id == alert_id, addressed)).scalar_one_or_none())
    CASES.lock(session, case)
    _take(session, session.get_one(Alert, alert_id, populate_existing=True), now, by)
    correlation = ORIGIN.of(session).correlation
    trail.note_each(session, by, action="alert.acknowledge", subjects=[case], status=201, correlation=correlation)


def _take(session: Session, alert: Alert, now: datetime, by: Principal) -> None:
    if alert.acknowledged_at is not None or alert.is_over:
        return
    check_acts(session, by, rules.ACCESS["alert.acknowledge"], now)
    alert.acknowledged_by, alert.acknowledged_at = UUID(by.subject), now
    timers.cancel(session, alert.id)
    announced = rules.acknowledged(alert.id, alert.level, alert.acknowledged_by, now)
    eventlog.record(session, alert.case_id, [announced])


def end_alert(change: Change, alert_id: UUID, command: EndAlert) -> None:
    """Record that a safeguarding alert is over.

    Raises `NotFound`, `AlertIsOver`, `StepForbidden`.
    """
    alert = known_of_person(change.session, change.case, alert_id, change.by)
    rules.check_open(over=alert.is_over)
    alert.ended_by, alert.ended_at, alert.end_reason = UUID(change.by.subject), change.now, command.reason
    timers.cancel(change.session, alert.id)
    finish_task(change.session, alert.case_id, rules.CONFIRM, alert.id, change.today)
    eventlog.record(change.session, alert.case_id, [_ended(alert, command.reason, change.now)])


def correct_alert(change: Change, alert_id: UUID, command: CorrectAlert) -> UUID:
    """Correct or withdraw a safeguarding alert; the earlier values are kept.

    A corrected urgency changes its escalation. Return the correction's id. Raises `NotFound`, `FactRefused`,
    `StepForbidden`.
    """
    alert = known_of_person(change.session, change.case, alert_id, change.by)
    change.stated("happened", None, command.happened or alert.happened, command.learnt or alert.learnt)
    was_over, was_about = alert.is_over, _about(alert)
    corrected = corrections.put_right(
        change.session, Correction, alert, "alert", command, now=change.now, today=change.today, by=change.by
    )
    announced = [_raised(change.session, alert)]
    if was_about == rules.IN_DANGER != _about(alert) and not was_over:
        # No agency receives the new revision. For those that received the alert, it is over.
        announced.insert(0, rules.ended(alert.id, RECORDED_WRONGLY, change.now, about=was_about))
    if corrected.takes_back:
        timers.cancel(change.session, alert.id)
        finish_task(change.session, alert.case_id, rules.CONFIRM, alert.id, change.today)
        announced = [] if was_over else [_ended(alert, RECORDED_WRONGLY, change.now)]
    elif "urgency" in corrected.was and not was_over and alert.acknowledged_at is None:
        timers.cancel(change.session, alert.id)
        go_up(change.session, alert, alert.raised_at)
    eventlog.record(change.session, alert.case_id, [corrected.announcement, *announced])
    return corrected.id


def _of_person(session: Session, case: UUID, alert_id: UUID) -> Alert | None:
    """Return an alert of a case or of a merged case, which is then locked; None if there is none."""
    person = joined_cases.joined(session, case)
    alert = next((alert for part in person if (alert := cases.find(session, Alert, part, alert_id))), None)
    if alert is not None and alert.case_id != case:
        CASES.lock(session, alert.case_id)
    return alert


# control: H-JOINED-1 joining-never-widens-sight
def known_of_person(session: Session, case: UUID, alert_id: UUID, by: Principal) -> Alert:
    """Return such an alert for a change by a user who can know its danger. Raises `NotFound`, `StepForbidden`."""
    alert = existing(_of_person(session, case, alert_id))
    rules.check_danger_known(known=may_know_danger(session, alert, case, by=by))
    return alert


def _raise(session: Session, alert: Alert, now: datetime, *, is_raiser_unknown: bool = False) -> None:
    alert.raised_at = alert.recorded_at = now
    others = reached(session, alert.case_id, raiser=alert.recorded_by, is_raiser_unknown=is_raiser_unknown)
    alert.level = rules.first_level(others)
    session.add(alert)
    session.flush()
    go_up(session, alert, now)
    reopen(session, alert.case_id, DANGER, today(now, CASES.read(session, alert.case_id).jurisdiction))
    eventlog.record(session, alert.case_id, [_raised(session, alert)])


def told(session: Session, alert: Alert) -> str:
    """Return the code of the people whom an alert reaches at its level."""
    return rules.told(alert.level, is_named=is_for_named_agency(session, alert.case_id))


def _raised(session: Session, alert: Alert) -> Announcement:
    return rules.raised(
        alert.id,
        alert.urgency,
        alert.level,
        told(session, alert),
        alert.raised_at,
        danger=alert.danger_type,
        revision=alert.revision,
        stays_inside=alert.stays_inside,
    )


def _ended(alert: Alert, reason: str, at: datetime) -> Announcement:
    return rules.ended(alert.id, reason, at, about=_about(alert))


def _about(alert: Alert) -> str:
    return rules.about(alert.danger_type, stays_inside=alert.stays_inside)


def was_announced(session: Session, alert: Alert) -> bool:
    """Return whether an event of an alert states what it is about. Events of 0.2.0 do not, and reach no agency."""
    of_it = (event_log.c.subject == alert.case_id, event_log.c.name == "alert.raised")
    stated = (event_log.c.data["alert"].astext == str(alert.id), event_log.c.data["about"].astext.is_not(None))
    return session.execute(select(event_log.c.serial).where(*of_it, *stated).limit(1)).first() is not None


def go_up(session: Session, alert: Alert, since: datetime) -> None:
    """Ring, and set the timers of escalations and further rings. Past times are due at once."""
    for next_level, at in rules.escalations(alert.urgency, since, alert.level):
        timers.schedule(session, alert.id, f"{TIMER}@{next_level}", at)
    ringing.ring_until_acknowledged(session, alert, since)


ON_TIMER: Final[timers.Handlers] = {TIMER: escalate, **ringing.ON_TIMER}
