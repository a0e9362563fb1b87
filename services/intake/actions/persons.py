"""Who the person of a case is: recorded and read."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake.actions import coming_of_age
from services.intake.actions.sealed import COLUMNS, part, put
from services.intake.actions.today import local_today
from services.intake.models import Case, Detection, bump
from services.intake.rules import age
from services.intake.rules import names as naming
from services.intake.rules.names import Name, gender_kept
from shared.events.envelope import Announcement
from shared.exchange.eventlog import record


def record_person(session: Session, now: datetime, case_id: UUID, body: dict[str, Any]) -> int:
    """Record who the person is: each part that is given takes the place of what was stored. Raises `FactRefused`."""
    case = session.get_one(Case, case_id)
    today = local_today(case.jurisdiction, now)
    if body.get("names"):
        body["names"] = [asdict(name) for name in naming.names(body["names"], today)]
    if body.get("birth"):
        age.born(body["birth"], today, _seen_on(session, case_id))
    if "gender" in body:
        body["gender"] = gender_kept(part(session, case_id, "gender"), body["gender"], today)
    if "birth" in body:
        coming_of_age.arrange(session, now, case, part(session, case_id, "birth"), body["birth"])
    return _store(session, case, body, today)


def change_name(session: Session, now: datetime, case_id: UUID, body: dict[str, Any]) -> int:
    """Record that the person has another name; the one before stays with its end. Raises `StepForbidden`."""
    case = session.get_one(Case, case_id)
    today = local_today(case.jurisdiction, now)
    before = [Name(**name) for name in part(session, case_id, "names") or ()]
    after = naming.changed(before, Name(**body), today)
    return _store(session, case, {"names": [asdict(name) for name in after]}, today)


def person(session: Session, case_id: UUID) -> dict[str, Any]:
    """Return who the person is, in full; the edge leaves out what the reader may not see."""
    shown = {part_name: part(session, case_id, part_name) for part_name in COLUMNS}
    gender = shown["gender"] or {"now": None, "earlier": []}
    return {"id": case_id, **shown, "gender": gender["now"], "earlier_genders": gender["earlier"]}


def _store(session: Session, case: Case, parts: dict[str, Any], today: date) -> int:
    put(session, case.id, parts)
    case.age = coming_of_age.age_of(session, case, today)
    version = bump(session, case.id)
    record(session, case.id, [Announcement("person.recorded", {"age": case.age})])
    return version


def _seen_on(session: Session, case_id: UUID) -> list[str | date]:
    """Return the known days of the case's detections."""
    days = select(Detection.earliest_incident_on, Detection.work_ended_on, Detection.detected_on)
    rows = session.execute(days.where(Detection.case_id == case_id))
    return [day for row in rows for day in row if day is not None]
