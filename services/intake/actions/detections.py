"""Signs of exploitation, as they are recorded."""

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
from shared.envelope import Announcement
from shared.eventlog import record


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
    # The operational indicators explain a detection to those who read it; others need none of them.
    told = {name: value for name, value in body.items() if name != "operational"}
    told |= {"detection": detection.id, "jurisdiction": case.jurisdiction}
    record(session, case_id, [Announcement("detection.recorded", told)])
    return detection.id, version


def check_alive(session: Session, case_id: UUID, seen: Mapping[str, Any]) -> None:
    """Check that nothing that was seen is from before the birth of a case's person. Raises `FactRefused`."""
    days = {each: seen.get(each) for each in ("earliest_incident_on", "work_ended_on", "detected_on")}
    age.alive(part(session, case_id, "birth"), days)


def explain_detection(session: Session, case_id: UUID, detection: UUID) -> dict[str, Any]:
    """Explain what a detection amounts to; information for a person's judgement. Raises `NotFound`."""
    found = record_of(session, Detection, case_id, detection)
    return rules.explained(found.indicators, found.operational)
