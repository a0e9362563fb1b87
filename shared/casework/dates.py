"""Today's date where a case is, and the day or moment of a fact, which can't be in the future. Pure."""

from datetime import date, datetime

from shared.casework.refusals import FactRefused
from shared.reference import JURISDICTIONS, profile
from shared.reference.periods import UNKNOWN, earliest, local_date, moment, moment_of
from shared.reference.periods.dates import FIRST_YEAR


def today(now: datetime, jurisdiction: str | None) -> date:
    """Return the local date of a jurisdiction. For one that is not known here (yet), return the latest possible date.

    A fact of today is then never refused as one of tomorrow, in any jurisdiction that the case turns out to have.
    """
    is_known = jurisdiction is not None and jurisdiction in JURISDICTIONS
    candidates = (str(jurisdiction),) if is_known else JURISDICTIONS
    return max(local_date(now, profile(code).timezone) for code in candidates)


def not_in_future(field: str, day: str | date | None, today: date) -> None:
    """Raise `FactRefused` for a fact that is dated after today (local). A partial date means its first day."""
    if day is None:
        return
    first = earliest(day) if isinstance(day, str) else day
    if first > today:
        raise FactRefused(
            field,
            "not_in_the_future",
            "This date is in the future, and a fact can't be recorded before its day. Give today or an earlier date.",
        )


def not_ahead(field: str, happened: str | None, now: datetime, jurisdiction: str) -> None:
    """Raise `FactRefused` for a moment (an instant, or only a day, month or year) that is in the future."""
    if happened is None:
        return
    first = moment_of(happened, profile(jurisdiction).timezone).lo
    if first is not None and first > now:
        raise FactRefused(
            field,
            "not_in_the_future",
            "This date is in the future, and a fact can't be recorded before its day. Give today or an earlier date.",
        )


def learnt_after(field: str, happened: str, learnt: str, jurisdiction: str) -> None:
    """Raise `FactRefused` for a fact that was learnt before it happened, under every reading of the two moments."""
    if is_before(learnt, happened, jurisdiction):
        raise FactRefused(
            field,
            "received_after_it_occurred",
            "The date on which it was learnt is before the date on which it happened. Check both dates.",
        )


def is_before(one: str, other: str, jurisdiction: str) -> bool:
    """Return whether a moment is before another, under every reading of both.

    The end of a day belongs to no other day.
    """
    zone = profile(jurisdiction).timezone
    return moment_of(one, zone).surely_before(moment_of(other, zone))


def local_day(happened: str, jurisdiction: str) -> str | None:
    """Return the day of a moment where the case is, perhaps only its month or year; None where it is not known."""
    if happened == UNKNOWN:
        return None
    read = moment(happened)
    return local_date(read, profile(jurisdiction).timezone).isoformat() if isinstance(read, datetime) else read


def dated(field: str, given: date | None, today: date, *, since: date | None = None, after: str = "") -> date:
    """Return the day of a fact, today by default. Raises `FactRefused` for an impossible one.

    `since` is the day of the step before, which `after` names.
    """
    day = given or today
    not_in_future(field, day, today)
    if day.year < FIRST_YEAR:
        raise FactRefused(
            field, "within_living_memory", f"The year is too early: it must be {FIRST_YEAR} or later. Check the date."
        )
    if since is not None and day < since:
        raise FactRefused(
            field,
            "in_the_order_of_steps",
            f"This date is before {after}, but must be on or after it. Check both dates.",
        )
    return day
