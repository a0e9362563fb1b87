"""The local date in a case's jurisdiction."""

from datetime import date, datetime

from shared.reference import profile
from shared.reference.periods import local_date


def local_today(jurisdiction: str, now: datetime) -> date:
    """Return the local date of an instant, in the time zone of the jurisdiction's profile."""
    return local_date(now, profile(jurisdiction).timezone)
