"""The date of an instant where a case's law applies."""

from datetime import date, datetime

from shared.periods import local_date
from shared.reference import profile


def local_today(jurisdiction: str, now: datetime) -> date:
    """Give the local date of an instant, by the time zone of the jurisdiction's profile."""
    return local_date(now, profile(jurisdiction).timezone)
