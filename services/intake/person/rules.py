"""The age by which a person is treated: a child until certainly an adult, and while their age is disputed."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final, NotRequired, TypedDict

from shared.casework.dates import not_in_future
from shared.casework.refusals import FactRefused
from shared.reference import CHILDREN, JURISDICTIONS, profile
from shared.reference.periods import earliest, latest

#: The latest of any profile: who is a child by one law is treated as one until then.
MAJORITY_YEARS: Final = max(profile(code).majority.years for code in JURISDICTIONS)


#: What is shared without consent because somebody is a child (code list `sharing_without_consent_reason`).
CHILDS_GROUNDS: Final = ("child_at_risk",)
#: Why consent is asked anew (code list `consent_due_reason`).
BIRTH_PUT_RIGHT: Final = "birth_put_right"
DISPUTED, UNKNOWN = "disputed", "unknown"
#: The states of a change of age (`AgeChange`).
WAITING, CONFIRMED, REFUSED, REPLACED = "waiting", "confirmed", "refused", "replaced"
STATES: Final = (WAITING, CONFIRMED, REFUSED, REPLACED)


class StoredName(TypedDict):
    """A name as it is stored, and when it was theirs; the dates may be partial, or not known."""

    kind: str
    name: str
    since: str | None
    until: str | None


class StoredBirth(TypedDict):
    """When somebody was born, perhaps to the year or not known, and whether their age is disputed.

    `before`: the birth that was stored before, while a second person has not confirmed the age by this one.
    """

    date: str | None
    disputed: bool
    before: NotRequired["StoredBirth | None"]


class EndedGender(TypedDict):
    """A gender that was the person's until a day."""

    gender: str
    until: str


class StoredGender(TypedDict):
    """A person's gender as it is stored, with the earlier ones."""

    now: str
    earlier: list[EndedGender]


def is_same_birth(before: StoredBirth | None, after: StoredBirth | None) -> bool:
    """Return whether a birth says what the stored one says."""
    if before is None or after is None:
        return before is after
    return (before["date"], before["disputed"]) == (after["date"], after["disputed"])


def check_birth(given: StoredBirth, today: date, seen_on: Iterable[str | date]) -> None:
    """Check that a birth is neither in the future nor after a day the person was seen on. Raises `FactRefused`."""
    day = given["date"]
    if day is None:
        return
    not_in_future("birth.date", day, today)
    if any(is_before_birth(day, day_seen) for day_seen in seen_on):
        raise FactRefused(
            "birth.date", "born_before_it_happened", "What was detected happened before this birth; check both dates."
        )


def check_not_before_birth(birth: StoredBirth | None, days: Mapping[str, str | date | None]) -> None:
    """Check that facts are not from before the person's birth, by field. Raises `FactRefused`."""
    for field, day in days.items():
        if birth and birth["date"] and day is not None and is_before_birth(birth["date"], day):
            raise FactRefused(field, "not_before_birth", "This lies before the person's birth; check both dates.")


def is_before_birth(birth: str, day: str | date) -> bool:
    """Return whether a day is certainly before a birth; both may be partial dates."""
    return (latest(day) if isinstance(day, str) else day) < earliest(birth)


def may_be_born_in(birth: str, year: int) -> bool:
    """Return whether a birth may be in a year, with one year's tolerance either way."""
    return abs(earliest(birth).year - year) <= 1


#: Whom a house has to be for, by gender (code list `served_gender`): one of these is enough.
_SERVED_AS: Final[Mapping[str, tuple[str, ...]]] = {
    "Feminine": ("women",),
    "Masculine": ("men",),
    "TransgenderFeminine": ("women", "trans_non_binary"),
    "TransgenderMasculine": ("men", "trans_non_binary"),
    "NonConforming": ("trans_non_binary",),
}


def served_as(gender: StoredGender | None) -> list[str]:
    """Return whom a house has to be for, where the gender is known: coarse, since nothing else travels of it."""
    return list(_SERVED_AS.get(gender["now"], ())) if gender else []


def of_age_on(birth: str) -> date:
    """Return the first day on which a person is certainly 18; for a birth on 29 February, 1 March."""
    day = latest(birth)
    try:
        return day.replace(year=day.year + MAJORITY_YEARS)
    except ValueError:
        return date(day.year + MAJORITY_YEARS, 3, 1)


def birthday(birth: str, years: int) -> date | None:
    """Return the day of a birthday, for a birth on 29 February 1 March; None where the day of birth is not known."""
    if earliest(birth) != latest(birth):
        return None
    day = earliest(birth)
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def asked_anew_from(birth: str) -> date:
    """Return the day from which consent is asked anew, as of an adult: the first of the month in which they become one.

    Rounded to the month, since the exact day would reveal the birthday.
    """
    return of_age_on(birth).replace(day=1)


def surely_of_age_from(birth: str) -> date:
    """Return the first of the next month, from which a person is an adult whatever their day of birth."""
    month = asked_anew_from(birth)
    return (month + timedelta(days=31)).replace(day=1)


def agreed_as_adult(birth: StoredBirth | None, granted_on: date, today: date) -> bool:
    """Return whether a consent is still valid: one given for a child ends when they come of age."""
    if birth is None or birth["date"] is None or birth["disputed"] or today < of_age_on(birth["date"]):
        return True
    return granted_on >= asked_anew_from(birth["date"])


def age_on(birth: StoredBirth | None, stated_age: str, today: date) -> str:
    """Return an age by code list `age`: calculated from the birth, else as stated at the first contact."""
    if birth is None:
        return stated_age
    if birth["disputed"]:
        return "disputed"
    if birth["date"] is None:
        return stated_age
    return "child" if today < of_age_on(birth["date"]) else "adult"


# control: H-DANGER-8 age-by-two
def needs_second(confirmed: str, stated: str) -> bool:
    """Return whether a stated age counts only when a second person has confirmed it: a child is none, or an adult is.

    `confirmed`: the age until now. Where it is unknown, whatever is stated is a first entry.
    """
    return confirmed != UNKNOWN and _group(confirmed) != _group(stated)


# control: H-DANGER-8 child-until-confirmed
def lifts_protection(confirmed: str, stated: str) -> bool:
    """Return whether a stated age would end the protection of a child."""
    return confirmed in CHILDREN and stated not in CHILDREN


def treated_as(confirmed: str, stated: str) -> str:
    """Return the age by which a person is treated until a second person has confirmed the stated one: the safer one."""
    return DISPUTED if lifts_protection(confirmed, stated) else stated


def _group(age: str) -> str:
    return "child" if age in CHILDREN else age
