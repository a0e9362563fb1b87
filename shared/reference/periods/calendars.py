"""Which days are working days, and why the others are not (public holidays: the `holidays` library)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from dateutil.easter import EASTER_ORTHODOX, EASTER_WESTERN, easter

from shared.reference.periods.errors import ImpossiblePeriod

_WEEKEND: Final = {5: "Saturday", 6: "Sunday"}


@dataclass(frozen=True, slots=True)
class FixedDay:
    """A day off on the same date each year, which a law adds to the public holidays."""

    name: str
    month: int
    day: int

    def on(self, year: int) -> date:
        """Return the date in that year."""
        return date(year, self.month, self.day)


@dataclass(frozen=True, slots=True)
class EasterDay:
    """A day off that moves with Easter, which a law adds to the public holidays; `offset` days from Easter Sunday."""

    name: str
    offset: int
    orthodox: bool = False

    def on(self, year: int) -> date:
        """Return the date in that year."""
        return easter(year, EASTER_ORTHODOX if self.orthodox else EASTER_WESTERN) + timedelta(days=self.offset)


@dataclass(frozen=True, slots=True)
class SingleDay:
    """A day off in one year only, which a decree adds to the public holidays."""

    name: str
    day: date

    def on(self, year: int) -> date | None:
        """Return the date if it is in that year."""
        return self.day if self.day.year == year else None


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working days of a country (ISO 3166-1) or of its subdivision: all but weekends, public holidays, `extra`."""

    country: str
    subdivision: str | None = None
    extra: tuple[FixedDay | EasterDay | SingleDay, ...] = ()

    def reason(self, day: date) -> str | None:
        """Return why a day is not a working day: its holiday's name, `Saturday` or `Sunday`; None for a working day."""
        name = _days_off(self, day.year).get(day)
        if name is not None:
            return name
        return _WEEKEND.get(day.weekday())

    def is_working_day(self, day: date) -> bool:
        """Return whether the day is a working day."""
        return self.reason(day) is None

    def check(self) -> None:
        """Raise ImpossiblePeriod for a country or subdivision whose holidays are not known."""
        import holidays  # imported here: a process that shows deadlines, and calculates none, does not load it

        supported = holidays.list_supported_countries()
        if self.country not in supported:
            raise ImpossiblePeriod(f"The public holidays of {self.country} are not known. Check the country code.")
        if self.subdivision is not None and self.subdivision not in supported[self.country]:
            raise ImpossiblePeriod(
                f"The public holidays of {self.country}-{self.subdivision} are not known. Check the code of the region."
            )


@lru_cache(maxsize=512)
def _days_off(calendar: Calendar, year: int) -> Mapping[date, str]:
    """Return the public holidays and extra days of one year, in English."""
    import holidays

    languages = getattr(holidays, calendar.country).supported_languages
    language = next((name for name in ("en_GB", "en_US") if name in languages), None)
    days = dict(
        holidays.country_holidays(calendar.country, subdiv=calendar.subdivision, years=year, language=language).items()
    )
    for rule in calendar.extra:
        day = rule.on(year)
        if day is not None:
            days.setdefault(day, rule.name)
    return MappingProxyType(days)
