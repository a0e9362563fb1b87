"""Count periods of days, months and hours by the rules of laws.

Everything here is pure: the input is a period, its start and the wording of the rule, the output a due date. Nothing
reads a clock. The conventions:

- An instant is first converted to the local date of its place.
- The day of the trigger is day 0 unless the rule begins with it.
- Months and years without a corresponding day end on the last day of the month.
- A date moves off a weekend or holiday only if the rule states it.
- Hours are elapsed time.
"""

from shared.reference.periods.calendars import Calendar, EasterDay, FixedDay, SingleDay
from shared.reference.periods.changes import on_day, prolonged, resumed
from shared.reference.periods.counting import Due, check_wording, count, days_left, warnings
from shared.reference.periods.dates import (
    FIRST_YEAR,
    LAST_YEAR,
    MOMENT,
    earliest,
    in_range,
    is_partial,
    latest,
    local_date,
    moment,
    start_of_day,
)
from shared.reference.periods.errors import ImpossibleDate, ImpossiblePeriod
from shared.reference.periods.lengths import Length, Unit
from shared.reference.periods.moments import UNKNOWN, Moment, moment_of
from shared.reference.periods.zones import ZONES

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "MOMENT",
    "UNKNOWN",
    "ZONES",
    "Calendar",
    "Due",
    "EasterDay",
    "FixedDay",
    "ImpossibleDate",
    "ImpossiblePeriod",
    "Length",
    "Moment",
    "SingleDay",
    "Unit",
    "check_wording",
    "count",
    "days_left",
    "earliest",
    "in_range",
    "is_partial",
    "latest",
    "local_date",
    "moment",
    "moment_of",
    "on_day",
    "prolonged",
    "resumed",
    "start_of_day",
    "warnings",
]
