"""The age by which a person is treated: a child until certainly an adult, and while the age is disputed. Pure.

Also the name of the person in one line, or the reason why there is none.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final, NotRequired, TypedDict

from shared.casework.dates import not_in_future
from shared.casework.refusals import FactRefused
from shared.reference import CHILDREN, JURISDICTIONS, profile
from shared.reference.periods import earliest, latest

#: The highest age of majority of all profiles. Until then a person is treated as a child, as one law requires.
#: A mounted profile cannot raise it: `shared.reference.assembly` refuses a higher age than that of the shipped files.
MAJORITY_YEARS: Final = max(profile(code).majority.years for code in JURISDICTIONS)


#: The reasons for sharing without consent that require a child (code list `sharing_without_consent_reason`).
CHILDS_GROUNDS: Final = ("child_at_risk",)
#: Why consent is asked again (code list `consent_due_reason`).
BIRTH_PUT_RIGHT: Final = "birth_put_right"
DISPUTED, UNKNOWN = "disputed", "unknown"
#: The states of a change of age (`AgeChange`).
WAITING, CONFIRMED, REFUSED, REPLACED = "waiting", "confirmed", "refused", "replaced"
STATES: Final = (WAITING, CONFIRMED, REFUSED, REPLACED)
SHOWN, NOT_RECORDED, HIDDEN, NOT_READABLE = "shown", "not_recorded", "hidden", "not_readable"
#: The reasons why a list shows a name or none.
NAME_STATES: Final = (SHOWN, NOT_RECORDED, HIDDEN, NOT_READABLE)
#: Kinds of names that make up one line together, in this order; the other kinds are used only if there are none.
_OFFICIAL: Final = ("given", "family")
_OTHERWISE: Final = ("called_by", "other_spelling")


class StoredName(TypedDict):
    """The stored form of a name, and when it was theirs; the dates may be partial or unknown."""

    kind: str
    name: str
    since: str | None
    until: str | None


class StoredBirth(TypedDict):
    """When the person was born, perhaps to the year or unknown, and whether their age is disputed.

    `before`: the earlier stored birth, while a second person has not confirmed the age that follows from this one.
    """

    date: str | None
    disputed: bool
    before: NotRequired["StoredBirth | None"]


class EndedGender(TypedDict):
    """A former gender of the person, and its last day."""

    gender: str
    until: str


class StoredGender(TypedDict):
    """The stored form of a person's gender, with the earlier ones."""

    now: str
    earlier: list[EndedGender]


def is_same_birth(before: StoredBirth | None, after: StoredBirth | None) -> bool:
    """Return whether a birth equals the stored one."""
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
            "birth.date",
            "born_before_it_happened",
            "The detected events are before this date of birth. Check both dates.",
        )


def check_not_before_birth(birth: StoredBirth | None, days: Mapping[str, str | date | None]) -> None:
    """Check that facts are not before the person's birth, by field. Raises `FactRefused`."""
    for field, day in days.items():
        if birth and birth["date"] and day is not None and is_before_birth(birth["date"], day):
            raise FactRefused(
                field, "not_before_birth", "This date is before the person's date of birth. Check both dates."
            )


def is_before_birth(birth: str, day: str | date) -> bool:
    """Return whether a day is certainly before a birth; both may be partial dates."""
    return (latest(day) if isinstance(day, str) else day) < earliest(birth)


def may_be_born_in(birth: str, year: int) -> bool:
    """Return whether a birth may be in a year, with one year's tolerance either way."""
    return abs(earliest(birth).year - year) <= 1


#: Which group a shelter has to serve, by gender (code list `served_gender`). One of them is enough.
_SERVED_AS: Final[Mapping[str, tuple[str, ...]]] = {
    "Feminine": ("women",),
    "Masculine": ("men",),
    "TransgenderFeminine": ("women", "trans_non_binary"),
    "TransgenderMasculine": ("men", "trans_non_binary"),
    "NonConforming": ("trans_non_binary",),
}


def served_as(gender: StoredGender | None) -> list[str]:
    """Return which group a shelter has to serve, if the gender is known. It is coarse: no event contains the gender."""
    return list(_SERVED_AS.get(gender["now"], ())) if gender else []


def of_age_on(birth: str) -> date:
    """Return the first day on which a person is certainly 18; for a birth on 29 February, 1 March."""
    day = latest(birth)
    try:
        return day.replace(year=day.year + MAJORITY_YEARS)
    except ValueError:
        return date(day.year + MAJORITY_YEARS, 3, 1)


def birthday(birth: str, years: int) -> date | None:
    """Return the day of a birthday; for a birth on 29 February, 1 March. None if the day of birth is unknown."""
    if earliest(birth) != latest(birth):
        return None
    day = earliest(birth)
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def asked_anew_from(birth: str) -> date:
    """Return the day from which consent is asked again, as of an adult: the first of the month of their majority.

    Rounded to the month, since the exact day would reveal the birthday.
    """
    return of_age_on(birth).replace(day=1)


def surely_of_age_from(birth: str) -> date:
    """Return the first day of the next month: from then on the person is an adult, regardless of their day of birth."""
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
    """Return whether a second person has to confirm a stated age: a child would become an adult, or the reverse.

    `confirmed`: the age until now. If it is unknown, the stated age is a first entry and needs no confirmation.
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


def one_line(names: Iterable[StoredName]) -> str | None:
    """Return the given and the family name in use, else what the person is called; None if no name is recorded."""
    in_use = [name for name in names if name["until"] is None]
    official = [name["name"] for kind in _OFFICIAL for name in in_use if name["kind"] == kind]
    if official:
        return " ".join(official)
    return next((name["name"] for kind in _OTHERWISE for name in in_use if name["kind"] == kind), None)
