"""When something happened, as far as it is known: an instant, a day, a month, a year, or unknown."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from shared.reference.periods.dates import earliest, latest, local_date, moment, start_of_day

UNKNOWN: Final = "unknown"
"""Said of a time that nobody at the door knows."""

_BEFORE: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Moment:
    """A time between `lo` and `hi`, both UTC; None if a bound is unknown.

    For an instant both are the same. For a day they are 00:00 and 24:00 in the time zone of the law; for a month or a
    year those of its first and its last day. `hi` is the start of the next day and does not belong to it.
    """

    lo: datetime | None
    hi: datetime | None

    @property
    def is_instant(self) -> bool:
        """Return whether it is known to the instant."""
        return self.lo is not None and self.lo == self.hi

    @property
    def is_known(self) -> bool:
        """Return whether its earliest time is known. A fact that was learnt on a day had happened by then."""
        return self.lo is not None

    def first_day(self, timezone: str) -> date | None:
        """Return the first local day that it can mean; None if it is not known."""
        return None if self.lo is None else local_date(self.lo, timezone)

    def last_day(self, timezone: str) -> date | None:
        """Return the last local day that it can mean; None if it is not known."""
        if self.hi is None:
            return None
        return local_date(self.hi if self.is_instant else self.hi - _BEFORE, timezone)

    def surely_before(self, other: "Moment") -> bool:
        """Return whether it is before the other under every reading of both."""
        return other.lo is not None and self.is_over_by(other.lo)

    def is_over_by(self, instant: datetime) -> bool:
        """Return whether it is before an instant under every reading."""
        return self.hi is not None and (self.hi < instant or (self.hi == instant and not self.is_instant))

    def within(self, limit: datetime | None) -> "Moment":
        """Return it with the time of learning as its upper bound."""
        if limit is None or (self.hi is not None and self.hi <= limit):
            return self
        return Moment(self.lo, limit) if self.lo is None or self.lo <= limit else self


def moment_of(text: str, timezone: str, learnt: datetime | None = None) -> Moment:
    """Return the moment that a text means in a time zone: `2026-03-02T15:40:00Z`, `2026-03-02`, `2026-03`, `2026`.

    `unknown` only has the bound `learnt`. Raises ImpossibleDate.
    """
    if text == UNKNOWN:
        return Moment(None, learnt)
    read = moment(text)
    if isinstance(read, datetime):
        instant = read.astimezone(UTC)
        return Moment(instant, instant)
    first, last = earliest(read), latest(read)
    whole = Moment(start_of_day(first, timezone), start_of_day(last + timedelta(days=1), timezone))
    return whole.within(learnt)
