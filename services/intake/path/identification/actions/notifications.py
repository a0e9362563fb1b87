"""Actions about the duty to notify: load, decide, store, announce. None commits."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from services.intake.facts.case.actions import correct_record, record_of, recorded
from services.intake.facts.case.models import Case, bump
from services.intake.facts.detection.models import Detection
from services.intake.path.identification.models import EntryDecision, Notification
from services.intake.path.identification.rules import notification as rules
from services.intake.path.identification.schemas import CorrectNotification, RecordNotification
from shared.access.tokens import Principal
from shared.casework import times
from shared.casework.refusals import StepForbidden
from shared.events.envelope import Announcement
from shared.exchange.eventlog import record
from shared.reference import Profile, profile


def preview_notification(session: Session, case_id: UUID, body: str | None) -> dict[str, object]:
    """Return the report of a body under the duty to notify, without identifying details.

    Raises `FactRefused`, `StepForbidden`.
    """
    body = body or ""
    law, report = _prepared(session, case_id, body)
    return {"body": body, "receiver": _receiver(law), "anonymous": True, "told": report.told}


def record_notification(
    session: Session, case_id: UUID, command: RecordNotification, now: datetime, *, by: Principal
) -> UUID:
    """Record that the body reported, as previewed.

    Raises `FactRefused`, `StepForbidden`.
    """
    law, report = _prepared(session, case_id, command.body)
    rules.check_not_reported(reported=_has_reported(session, case_id, command.body))
    when = times.stated(command.happened, command.learnt, now, law.code, day=command.reported_on, field="reported_on")
    notification = Notification(
        case_id=case_id,
        body=command.body,
        receiver=_receiver(law),
        told=dict(report.told),
        reported_on=when.day,
        **recorded(when, now, by),
    )
    session.add(notification)
    bump(session, case_id)
    record(session, case_id, [_met(notification)])
    return notification.id


def correct_notification(
    session: Session,
    case_id: UUID,
    notification_id: UUID,
    command: CorrectNotification,
    now: datetime,
    *,
    by: Principal,
) -> UUID:
    """Put a report right, or take it back as recorded wrongly.

    After it is taken back, the body can report again. The content that was sent does not change. Return the
    correction's id. Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    notification = record_of(session, Notification, case_id, notification_id)
    if command.body is not None:
        rules.check_under_duty(command.body, profile(session.get_one(Case, case_id).jurisdiction))
        rules.check_not_reported(reported=_has_reported(session, case_id, command.body))
    return correct_record(
        session,
        notification,
        "notification",
        command,
        now,
        by=by,
        day="reported_on",
        events=lambda: [_met(notification)],
    )


def _receiver(law: Profile) -> str | None:
    return law.duty_to_notify.receiver if law.duty_to_notify else None


def _met(notification: Notification) -> Announcement:
    payload = {name: getattr(notification, name) for name in ("body", "receiver", "reported_on")}
    return Announcement("duty_to_notify.met", {**payload, "anonymous": True})


def _prepared(session: Session, case_id: UUID, body: str) -> tuple[Profile, rules.Report]:
    law = profile(session.get_one(Case, case_id).jurisdiction)
    rules.check_under_duty(body, law)
    rules.check_may_report(_latest_decision(session, case_id), law)
    own = dict(_latest_detections(session, law.code))
    if case_id not in own:
        raise StepForbidden(
            "detection_first", "No detection is recorded that could be reported. Record the detection first."
        )
    return law, rules.report(own[case_id], own.values())


def _has_reported(session: Session, case: UUID, body: str) -> bool:
    counts = Notification.taken_back_at.is_(None)
    before = exists().where(Notification.case_id == case, Notification.body == body, counts)
    return bool(session.execute(select(before)).scalar_one())


def _latest_decision(session: Session, case: UUID) -> str | None:
    decisions = select(EntryDecision.decision).where(EntryDecision.case_id == case).order_by(EntryDecision.id.desc())
    return session.execute(decisions.limit(1)).scalar_one_or_none()


def _latest_detections(session: Session, jurisdiction: str) -> Iterable[tuple[UUID, rules.Seen]]:
    """Yield each case of a jurisdiction with its latest detection."""
    last = (
        select(Case.id, Detection.exploitation_types, Case.age, Detection.detected_on)
        .join_from(Case, Detection)
        .where(Case.jurisdiction == jurisdiction)
        .ext(distinct_on(Case.id))
        .order_by(Case.id, Detection.id.desc())
    )
    for case, kinds, age, on in session.execute(last):
        yield case, rules.Seen(tuple(sorted(kinds)), age, on)
