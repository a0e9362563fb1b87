"""Who the person of a case is: recorded and read, and sealed in between."""

import json
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake.actions.today import local_today
from services.intake.models import Case, Detection, Person, bump
from services.intake.rules import age
from services.intake.rules import names as naming
from services.intake.rules.names import Name
from shared import keys
from shared.envelope import Announcement
from shared.eventlog import record
from shared.keys import Place

#: What a person is made of, and the sealed column of each part.
_COLUMNS: Final = {
    "names": "identity",
    "birth": "birth",
    "gender": "gender",
    "nationalities": "nationality",
    "contact": "contact",
}


def record_person(session: Session, now: datetime, case_id: UUID, body: dict[str, Any]) -> int:
    """Record who the person is: each part that is given takes the place of what was stored. Raises `FactRefused`."""
    case = session.get_one(Case, case_id)
    today = local_today(case.jurisdiction, now)
    if body.get("names"):
        body["names"] = [asdict(each) for each in naming.names(body["names"], today)]
    if body.get("birth"):
        age.born(body["birth"], today, _seen_on(session, case_id))
    return _store(session, case, body, today)


def change_name(session: Session, now: datetime, case_id: UUID, body: dict[str, Any]) -> int:
    """Record that the person has another name; the one before stays with its end. Raises `StepForbidden`."""
    case = session.get_one(Case, case_id)
    today = local_today(case.jurisdiction, now)
    before = [Name(**each) for each in part(session, case_id, "names") or ()]
    after = naming.changed(before, Name(**body), today)
    return _store(session, case, {"names": [asdict(each) for each in after]}, today)


def person(session: Session, case_id: UUID) -> dict[str, Any]:
    """Show who the person is, in full; the edge leaves out what the reader does not see."""
    row = session.get(Person, case_id)
    return {"id": case_id, **{each: _opened(session, row, each) for each in _COLUMNS}}


def part(session: Session, case_id: UUID, which: str) -> Any:
    """Open one part of what is known of a person; None if it is not known."""
    return _opened(session, session.get(Person, case_id), which)


def _store(session: Session, case: Case, parts: dict[str, Any], today: date) -> int:
    row = session.get(Person, case.id) or Person(case_id=case.id)
    session.add(row)
    for each, value in parts.items():
        place = Place("persons", _COLUMNS[each], case.id)
        sealed = None if value is None else keys.of(session).seal(case.id, place, json.dumps(value))
        setattr(row, _COLUMNS[each], sealed)
    case.age = age.age_on(_opened(session, row, "birth"), case.age, today)
    version = bump(session, case.id)
    record(session, case.id, [Announcement("person.recorded", {"age": case.age})])
    return version


def _opened(session: Session, row: Person | None, which: str) -> Any:
    column = _COLUMNS[which]
    sealed = getattr(row, column) if row is not None else None
    if row is None or sealed is None:
        return None
    return json.loads(keys.of(session).unseal(row.case_id, Place("persons", column, row.case_id), sealed))


def _seen_on(session: Session, case_id: UUID) -> list[str | date]:
    """Give the days of what was detected, each as far as it is known."""
    days = select(Detection.earliest_incident_on, Detection.work_ended_on, Detection.detected_on)
    rows = session.execute(days.where(Detection.case_id == case_id))
    return [day for row in rows for day in row if day is not None]
