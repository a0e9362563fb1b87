"""Actions about signs of exploitation: load, decide, store, announce. None commits."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.intake.case.actions import record_of
from services.intake.case.models import Case, bump
from services.intake.detection import rules
from services.intake.detection.models import Detection
from services.intake.detection.schemas import RecordDetection
from services.intake.person.actions import part
from services.intake.person.rules import check_not_before_birth
from shared.casework import dates
from shared.events.envelope import Announcement
from shared.exchange.eventlog import record


def record_detection(session: Session, case_id: UUID, command: RecordDetection, now: datetime) -> tuple[UUID, int]:
    """Record signs of exploitation; legal starts the limitation clocks from them."""
    case = session.get_one(Case, case_id)
    today = dates.today(now, case.jurisdiction)
    detected_on = command.detected_on or today
    rules.check_detection(command.earliest_incident_on, command.work_ended_on, detected_on, today)
    stored = command.stored(detected_on=detected_on, strength=rules.strength(command.indicators))
    check_days(session, case_id, stored)
    detection = Detection(case_id=case_id, **stored)
    session.add(detection)
    version = bump(session, case_id)
    # The operational indicators only explain a detection to its readers; no other service needs them.
    payload = {name: value for name, value in stored.items() if name != "operational"}
    payload |= {"detection": detection.id, "jurisdiction": case.jurisdiction}
    record(session, case_id, [Announcement("detection.recorded", payload)])
    return detection.id, version


def check_days(session: Session, case_id: UUID, facts: Mapping[str, Any]) -> None:
    """Check that no day of a detection is before the person's birth. Raises `FactRefused`."""
    days = {name: facts.get(name) for name in ("earliest_incident_on", "work_ended_on", "detected_on")}
    check_not_before_birth(part(session, case_id, "birth"), days)


def explain_detection(session: Session, case_id: UUID, detection_id: UUID) -> rules.Explained:
    """Return the explanation of a detection's strength, as information for human judgement. Raises `NotFound`."""
    detection = record_of(session, Detection, case_id, detection_id)
    return rules.explain(detection.indicators, detection.operational)
