"""Detections: recorded signs of exploitation."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.intake import rules
from services.intake.actions.records import record_of
from services.intake.actions.sealed import part
from services.intake.actions.today import local_today
from services.intake.models import Case, Detection, bump
from services.intake.rules import age
from shared.events.envelope import Announcement
from shared.exchange.eventlog import record


def record_detection(session: Session, now: datetime, case_id: UUID, body: dict[str, Any]) -> tuple[UUID, int]:
    """Record signs of exploitation; legal starts the limitation clocks from them."""
    case = session.get_one(Case, case_id)
    today = local_today(case.jurisdiction, now)
    body.setdefault("detected_on", today)
    rules.detect(body, today)
    check_alive(session, case_id, body)
    body["strength"] = rules.strength(body["indicators"])
    detection = Detection(case_id=case_id, **body)
    session.add(detection)
    version = bump(session, case_id)
    # The operational indicators only explain a detection to its readers; no other service needs them.
    payload = {name: value for name, value in body.items() if name != "operational"}
    payload |= {"detection": detection.id, "jurisdiction": case.jurisdiction}
    record(session, case_id, [Announcement("detection.recorded", payload)])
    return detection.id, version


def check_alive(session: Session, case_id: UUID, facts: Mapping[str, Any]) -> None:
    """Check that no day of a detection is before the person's birth. Raises `FactRefused`."""
    days = {name: facts.get(name) for name in ("earliest_incident_on", "work_ended_on", "detected_on")}
    age.alive(part(session, case_id, "birth"), days)


def explain_detection(session: Session, case_id: UUID, detection_id: UUID) -> dict[str, Any]:
    """Return the explanation of a detection's strength, as information for human judgement. Raises `NotFound`."""
    detection = record_of(session, Detection, case_id, detection_id)
    return rules.explained(detection.indicators, detection.operational)
