"""How old a person is taken to be: a child until it is certain that they are not, and while their age is disputed."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from services.intake.rules.dates import not_in_future
from services.intake.rules.refusals import FactRefused
from shared.periods import earliest, latest

MAJORITY_YEARS: Final = 18


def born(given: Mapping[str, Any], today: date, seen_on: Iterable[str | date]) -> None:
    """Check a birth: not ahead, and not after a day on which the person was seen. Raises `FactRefused`."""
    day = given["date"]
    if day is None:
        return
    not_in_future("birth.date", day, today)
    if any(is_before_birth(day, each) for each in seen_on):
        raise FactRefused(
            "birth.date", "born_before_it_happened", "What was detected happened before this birth; check both dates."
        )


def alive(birth: Mapping[str, Any] | None, days: Mapping[str, str | date | None]) -> None:
    """Check that facts are not from before the person's birth, by field. Raises `FactRefused`."""
    for field, day in days.items():
        if birth and birth["date"] and day is not None and is_before_birth(birth["date"], day):
            raise FactRefused(field, "not_before_birth", "This lies before the person's birth; check both dates.")


def is_before_birth(birth: str, day: str | date) -> bool:
    """Tell whether a day certainly lies before a birth, where both may be partial."""
    return (latest(day) if isinstance(day, str) else day) < earliest(birth)


def may_be_born_in(birth: str, year: int) -> bool:
    """Tell whether a birth may be of a year, as people remember it: give or take one."""
    return abs(earliest(birth).year - year) <= 1


def of_age_on(birth: str) -> date:
    """Give the first day on which a person is certainly 18; who was born on 29 February is so on 1 March."""
    day = latest(birth)
    try:
        return day.replace(year=day.year + MAJORITY_YEARS)
    except ValueError:
        return date(day.year + MAJORITY_YEARS, 3, 1)


def asked_anew_from(birth: str) -> date:
    """Give the day from which consent is asked anew, as of an adult: the first of the month in which they become one.

    A month and no day, since whoever sees when it is asked would know the birthday else.
    """
    return of_age_on(birth).replace(day=1)


def surely_of_age_from(birth: str) -> date:
    """Give the first of the month after that, from which a person is known to be an adult without the day of birth."""
    month = asked_anew_from(birth)
    return (month + timedelta(days=31)).replace(day=1)


def agreed_as_adult(birth: Mapping[str, Any] | None, granted_on: date, today: date) -> bool:
    """Tell whether a consent counts still: one that was given for a child ends as they come of age."""
    if birth is None or birth["date"] is None or birth["disputed"] or today < of_age_on(birth["date"]):
        return True
    return granted_on >= asked_anew_from(birth["date"])


def age_on(birth: Mapping[str, Any] | None, told: str, today: date) -> str:
    """Give an age by code list `age`: as the birth has it, else as it was told at the first contact."""
    if birth is None:
        return told
    if birth["disputed"]:
        return "disputed"
    if birth["date"] is None:
        return told
    return "child" if today < of_age_on(birth["date"]) else "adult"
