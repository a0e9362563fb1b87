"""Raise an alert for a danger that a record reports, or add the record to an unacknowledged alert."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.support.cases.case.actions import CHANGED_BY
from services.support.cases.case.models import CASES, Record
from services.support.cases.task.actions import set_task
from services.support.risks.alert import rules
from services.support.risks.alert.actions.raising import (
    announce_again,
    make_more_urgent,
    raise_for_danger,
    was_announced,
)
from services.support.risks.alert.models import Alert, AlertReason
from shared.access.tokens import Principal
from shared.casework import danger
from shared.casework.danger import Said
from shared.casework.dates import today
from shared.deadlines import time_source
from shared.events.contract import Received
from shared.events.envelope import new_id
from shared.exchange.follower import Reaction

_OWN: Final = "support"


def heed(session: Session, heard: Sequence[Said]) -> None:
    """Handle the dangers that the records of a transaction report: new dangers first, the most urgent first."""
    now, by = time_source.now(session), CHANGED_BY.find(session)
    for saying in sorted(heard, key=_most_urgent_first):
        CASES.lock(session, saying.case)
        if saying.stands:
            # The hook only reports changes. A known id means that the danger was withdrawn and is now reported again.
            is_known = session.get(AlertReason, saying.id) is not None
            _raise(session, replace(saying, id=new_id()) if is_known else saying, now, by)
        else:
            _request_confirmation(session, saying.case, saying.record, saying.kind, now)


def _most_urgent_first(saying: Said) -> tuple[bool, tuple[int, ...]]:
    return not saying.stands, rules.LADDER[rules.known_urgency(saying.urgency)]


def take_up_danger(session: Session, received: Received) -> None:
    """Raise an alert for a danger that a person or a record of another service reports."""
    CASES.lock(session, received.subject)
    # The domain's current time, which a test clock can change. An event's time is real time.
    now, data = time_source.now(session), received.data
    kind, urgency = data["danger_type"], data["urgency"]
    if data["record"] is not None:
        source, record_class = received.event.source, str(data["record_class"])
        of_record = {"source": source, "record_class": record_class, "record": data["record"]}
        said = Said(id=data["alert"], case=received.subject, kind=kind, urgency=urgency, **of_record)
        _raise(session, said, now, None)
    elif session.get(Alert, data["alert"]) is None:
        raise_for_danger(
            session,
            received.subject,
            now,
            danger=kind,
            urgency=urgency,
            by=None,
            alert_id=data["alert"],
            is_raiser_unknown=True,
        )


def confirm_danger(session: Session, received: Received) -> None:
    """Set a task to confirm an alert after a record of another service withdrew its danger."""
    CASES.lock(session, received.subject)
    data = received.data
    _request_confirmation(session, received.subject, data["record"], data["danger_type"], time_source.now(session))


def _raise(session: Session, saying: Said, now: datetime, by: Principal | None) -> None:
    """Raise an alert, or add the reason to an unacknowledged alert of its kind. A known reason changes nothing."""
    if session.get(AlertReason, saying.id) is not None:
        return
    kind, urgency = rules.known_danger(saying.kind), rules.known_urgency(saying.urgency)
    alert = _waiting(session, saying.case, kind)
    if alert is None:
        its_id = raise_for_danger(
            session,
            saying.case,
            now,
            danger=kind,
            urgency=urgency,
            by=by,
            alert_id=saying.id,
            # The events of other services do not name the author of the record.
            is_raiser_unknown=saying.source != _OWN,
        )
    else:
        its_id = alert.id
        was_inside, alert.stays_inside = alert.stays_inside, False
        if rules.is_higher(urgency, alert.urgency):
            make_more_urgent(session, alert, urgency)
        elif was_inside or not was_announced(session, alert):
            announce_again(session, alert)
    named = {"source": saying.source, "record_class": saying.record_class, "record": saying.record}
    reason = {"kind": kind, "urgency": urgency, "said_at": now, **named}
    session.add(AlertReason(id=saying.id, case_id=saying.case, alert=its_id, **reason))
    session.flush()


def _waiting(session: Session, case: UUID, kind: str) -> Alert | None:
    """Return the unacknowledged alert of a kind. An acknowledged alert does not notify anyone."""
    waits = (Alert.acknowledged_at.is_(None), Alert.ended_at.is_(None), Alert.taken_back_at.is_(None))
    query = select(Alert).where(Alert.case_id == case, Alert.danger_type == kind, *waits)
    return session.scalars(query.order_by(Alert.id).limit(1)).first()


def _request_confirmation(session: Session, case: UUID, record: UUID, kind: str, now: datetime) -> None:
    """Mark the reasons that a record has withdrawn, and set tasks for its open alerts. Only people end alerts."""
    stood = (AlertReason.record == record, AlertReason.kind == rules.known_danger(kind))
    query = select(AlertReason).where(AlertReason.case_id == case, *stood, AlertReason.not_standing_since.is_(None))
    day = today(now, CASES.read(session, case).jurisdiction)
    for reason in session.scalars(query.order_by(AlertReason.id)).all():
        reason.not_standing_since = now
        alert = session.get_one(Alert, reason.alert)
        if alert.ended_at is None and alert.taken_back_at is None:
            set_task(session, case, rules.CONFIRM, alert.id, day)


danger.watch(_OWN, Record, heed)
#: Dangers are handled ahead of events that failed.
HEEDING: Final = (
    Reaction("danger", f"intake.{danger.FLAGGED}", take_up_danger, ahead=True),
    Reaction("danger_at_legal", f"legal.{danger.FLAGGED}", take_up_danger, ahead=True),
    Reaction("danger_not_standing", f"intake.{danger.NOT_STANDING}", confirm_danger),
    Reaction("danger_not_standing_at_legal", f"legal.{danger.NOT_STANDING}", confirm_danger),
)
