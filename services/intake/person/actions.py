"""The sealed parts of a person, and coming of age: consent is asked anew, once, and only the team is informed."""

import json
from datetime import date, datetime
from typing import Any, Final, Literal, overload
from uuid import UUID

from sqlalchemy.orm import Session

from services.intake.case.models import Case, bump, lock
from services.intake.person import rules
from services.intake.person.models import Person
from services.intake.person.rules import StoredBirth, StoredGender, StoredName
from shared import encryption
from shared.casework import dates
from shared.deadlines import timers
from shared.deadlines.timers import Timer
from shared.encryption import Cell
from shared.events.envelope import Announcement
from shared.exchange.eventlog import record
from shared.reference import profile
from shared.reference.periods import start_of_day

#: The parts of a person, and the sealed column of each.
COLUMNS: Final = {
    "names": "identity",
    "birth": "birth",
    "gender": "gender",
    "nationalities": "nationality",
    "contact": "contact",
}
DUE_AGAIN: Final = "consent.due_again"
OF_AGE: Final = "person.of_age"


@overload
def part(session: Session, case_id: UUID, part_name: Literal["names"]) -> list[StoredName] | None: ...
@overload
def part(session: Session, case_id: UUID, part_name: Literal["birth"]) -> StoredBirth | None: ...
@overload
def part(session: Session, case_id: UUID, part_name: Literal["gender"]) -> StoredGender | None: ...
@overload
def part(session: Session, case_id: UUID, part_name: str) -> object: ...
def part(session: Session, case_id: UUID, part_name: str) -> Any:
    """Return one part of a person, decrypted, or None if it is not known."""
    return _opened(session, session.get(Person, case_id), part_name)


def _opened(session: Session, row: Person | None, part_name: str) -> Any:
    column = COLUMNS[part_name]
    sealed = getattr(row, column) if row is not None else None
    if row is None or sealed is None:
        return None
    return json.loads(encryption.of(session).unseal(row.case_id, Cell("persons", column, row.case_id), sealed))


def schedule_coming_of_age(
    session: Session, case: Case, before: StoredBirth | None, after: StoredBirth | None, now: datetime
) -> None:
    """Schedule the timers of a date of birth, unless those of the one before are the same."""
    born, was = _date(after), _date(before)
    if born and was and rules.asked_anew_from(born) == rules.asked_anew_from(was):
        return
    timers.cancel(session, case.id)
    if born is None or dates.today(now, case.jurisdiction) >= rules.of_age_on(born):
        return
    zone = profile(case.jurisdiction).timezone
    timers.schedule(session, case.id, DUE_AGAIN, max(now, start_of_day(rules.asked_anew_from(born), zone)))
    timers.schedule(session, case.id, OF_AGE, start_of_day(rules.surely_of_age_from(born), zone))


def age_of(session: Session, case: Case, today: date) -> str:
    """Return the person's presumed age on a day (code list `age`), from the date of birth if that is known."""
    return rules.age_on(part(session, case.id, "birth"), case.age, today)


def _ask_anew(session: Session, timer: Timer, _now: datetime) -> None:
    if not _locked(session, timer.owner):
        return
    bump(session, timer.owner)
    record(session, timer.owner, [Announcement("consent.due_again", {"reason": "coming_of_age"})])


def _update_age(session: Session, timer: Timer, now: datetime) -> None:
    case_id = timer.owner
    if not _locked(session, case_id):
        return
    case = session.get_one(Case, case_id)
    current_age = age_of(session, case, dates.today(now, case.jurisdiction))
    if current_age != case.age:
        case.age = current_age
        bump(session, case_id)
        record(session, case_id, [Announcement("person.recorded", {"age": current_age})])


def _locked(session: Session, case_id: UUID) -> bool:
    """Lock the case; return False if it was erased meanwhile."""
    if encryption.of(session).is_destroyed(case_id):
        return False
    lock(session, case_id)
    return True


ON_TIMER: Final[timers.Handlers] = {DUE_AGAIN: _ask_anew, OF_AGE: _update_age}


def _date(birth: StoredBirth | None) -> str | None:
    return birth["date"] if birth else None
