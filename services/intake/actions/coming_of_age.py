"""A child comes of age: consent is asked anew, once, and nobody but the case's team is told; no parent ever is."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.intake.actions.sealed import part
from services.intake.actions.today import local_today
from services.intake.models import Case, Consent, bump, lock
from services.intake.rules import age
from shared import keys, timers
from shared.envelope import Announcement
from shared.eventlog import record
from shared.periods.dates import start_of_day
from shared.reference import profile
from shared.timers import Timer

DUE_AGAIN: Final = "consent.due_again"
OF_AGE: Final = "person.of_age"

_Birth = Mapping[str, Any] | None


def arrange(session: Session, now: datetime, case: Case, before: _Birth, after: _Birth) -> None:
    """Set the timers of a birth, unless those of the one before are the same."""
    born, was = _date(after), _date(before)
    if born and was and age.asked_anew_from(born) == age.asked_anew_from(was):
        return
    timers.cancel(session, case.id)
    if born is None or local_today(case.jurisdiction, now) >= age.of_age_on(born):
        return
    zone = profile(case.jurisdiction).timezone
    timers.schedule(session, case.id, DUE_AGAIN, max(now, start_of_day(age.asked_anew_from(born), zone)))
    timers.schedule(session, case.id, OF_AGE, start_of_day(age.surely_of_age_from(born), zone))


def act(otherwise: timers.Act) -> timers.Act:
    """Make what intake's timers call: a child comes of age; any other timer is handed on."""

    def on_timer(session: Session, timer: Timer, now: datetime) -> None:
        if timer.name not in (DUE_AGAIN, OF_AGE):
            otherwise(session, timer, now)
        elif not keys.of(session).is_destroyed(timer.owner):
            lock(session, timer.owner)
            (_ask_anew if timer.name == DUE_AGAIN else _know)(session, timer.owner, now)

    return on_timer


def age_of(session: Session, case: Case, today: date) -> str:
    """Give how old the person is taken to be on a day (code list `age`), by the day of birth if it is known."""
    return age.age_on(part(session, case.id, "birth"), case.age, today)


def counting(session: Session, case_id: UUID, consents: Iterable[Consent], today: date) -> list[Consent]:
    """Leave out the consents that were given for a child who is an adult now."""
    birth = part(session, case_id, "birth")
    return [each for each in consents if age.agreed_as_adult(birth, each.granted_on, today)]


def _ask_anew(session: Session, case_id: UUID, _now: datetime) -> None:
    bump(session, case_id)
    record(session, case_id, [Announcement("consent.due_again", {"reason": "coming_of_age"})])


def _know(session: Session, case_id: UUID, now: datetime) -> None:
    case = session.get_one(Case, case_id)
    found = age_of(session, case, local_today(case.jurisdiction, now))
    if found != case.age:
        case.age = found
        bump(session, case_id)
        record(session, case_id, [Announcement("person.recorded", {"age": found})])


def _date(birth: _Birth) -> str | None:
    return birth["date"] if birth else None
