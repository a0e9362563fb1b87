"""Today where a case is, and the day of a fact, which can't lie ahead. Pure."""

from datetime import date, datetime

from shared.casework.refusals import FactRefused
from shared.reference import JURISDICTIONS, profile
from shared.reference.periods import earliest, local_date
from shared.reference.periods.dates import FIRST_YEAR


def today(now: datetime, jurisdiction: str | None) -> date:
    """Return the local date of a jurisdiction; of one that is not known here (yet), the latest possible one.

    No fact of today is refused then as one of tomorrow, wherever the case turns out to be.
    """
    is_known = jurisdiction is not None and jurisdiction in JURISDICTIONS
    candidates = (str(jurisdiction),) if is_known else JURISDICTIONS
    return max(local_date(now, profile(code).timezone) for code in candidates)


def not_in_future(field: str, day: str | date | None, today: date) -> None:
    """Raise `FactRefused` for a fact that is dated after today (local); a partial date counts from its first day."""
    if day is None:
        return
    first = earliest(day) if isinstance(day, str) else day
    if first > today:
        raise FactRefused(field, "not_in_the_future", "This date lies ahead; a fact can't be recorded before its day.")


def dated(field: str, given: date | None, today: date, *, since: date | None = None, after: str = "") -> date:
    """Return the day of a fact, today by default. Raises `FactRefused` for an impossible one.

    `since` is the day of the step before, which `after` names.
    """
    day = given or today
    not_in_future(field, day, today)
    if day.year < FIRST_YEAR:
        raise FactRefused(field, "within_living_memory", f"The year must be {FIRST_YEAR} or later.")
    if since is not None and day < since:
        raise FactRefused(field, "in_the_order_of_steps", f"This date lies before {after}; check both.")
    return day
