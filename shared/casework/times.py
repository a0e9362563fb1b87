"""When a fact happened and when it was learnt, as a client states it, and the plain day of older API fields. Pure.

`stated` reads both. It refuses a time in the future, and accepts one that is late, vague or unknown.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, Protocol

from shared.casework.dates import today
from shared.casework.refusals import FactRefused
from shared.reference import profile
from shared.reference.periods import UNKNOWN, Moment, moment_of

_AHEAD: Final = (
    "This time is in the future, and a fact can't be recorded before it happened. Give the current time or an earlier "
    "one."
)


@dataclass(frozen=True, slots=True)
class When:
    """When a fact happened, as exactly as it is known, and a plain day for periods in days.

    `happened` and `learnt` are as they were stated. `day` is the first local day that the time can mean. If the time
    is unknown, it is the day on which the fact was learnt or recorded.
    """

    happened: str | None
    learnt: str | None
    moment: Moment
    day: date


def stated(
    happened: str | None,
    learnt: str | None,
    now: datetime,
    jurisdiction: str,
    *,
    day: date | None = None,
    field: str = "happened",
) -> When:
    """Return when a fact happened, now by default; `day` is its plain day, stated in `field`.

    Raises `FactRefused` for times in the future, and for statements that contradict each other.
    """
    zone, this_day = profile(jurisdiction).timezone, today(now, jurisdiction)
    heard = None if learnt is None else moment_of(learnt, zone)
    if heard is not None and heard.lo is not None and heard.lo > now:
        raise FactRefused("learnt", "not_in_the_future", _AHEAD)
    known_by = now if heard is None or heard.hi is None else min(heard.hi, now)
    is_over_before = heard is not None and not heard.is_instant and heard.hi == known_by  # a day ends with its last
    text = happened or (None if day is None else day.isoformat()) or now.astimezone(UTC).isoformat()
    moment = moment_of(text, zone)
    name = "happened" if happened else field
    if moment.lo is not None and moment.lo > now:
        raise FactRefused(name, "not_in_the_future", _AHEAD)
    if moment.lo is not None and (moment.lo > known_by or (is_over_before and moment.lo == known_by)):
        raise FactRefused(
            "learnt",
            "learnt_after_it_happened",
            "The date on which it was learnt is before the date on which it happened. Check both dates.",
        )
    moment = moment.within(known_by)
    if happened is not None and day is not None and not _can_be_on(moment, day, zone):
        raise FactRefused(
            field, "one_time_of_a_fact", "This time differs from the time in `happened`. Leave one of them out."
        )
    first = moment.first_day(zone)
    heard_on = None if heard is None else heard.first_day(zone)
    return When(happened, learnt, moment, day or first or heard_on or this_day)


def _can_be_on(moment: Moment, day: date, zone: str) -> bool:
    return may_be_one(moment, moment_of(day.isoformat(), zone))


def may_be_one(one: Moment, other: Moment) -> bool:
    """Return whether two times can be the same: neither is certainly before the other."""
    return not one.surely_before(other) and not other.surely_before(one)


def of_record(happened: str | None, day: date, jurisdiction: str) -> Moment:
    """Return when a stored fact happened: the stated time, or else its plain day."""
    text = happened if happened not in (None, UNKNOWN) else day.isoformat() if happened is None else UNKNOWN
    return moment_of(str(text), profile(jurisdiction).timezone)


class Corrects(Protocol):
    """A correction that can state when a fact really happened."""

    @property
    def happened(self) -> str | None:
        """When it happened; None: unchanged."""

    @property
    def learnt(self) -> str | None:
        """When it was learnt; None: unchanged."""


def corrected(
    command: Corrects, happened: str | None, now: datetime, jurisdiction: str, *, field: str
) -> dict[str, object]:
    """Return the corrected columns of a fact's time, including its plain day; none if the correction states no time.

    `happened` is the earlier stated time, `field` the name of the plain day. Raises `FactRefused`.
    """
    said: date | None = getattr(command, field, None)
    if command.happened is None and said is None:
        return {}
    learnt = command.learnt
    when = stated(command.happened, learnt, now, jurisdiction, day=said, field=field)
    # A plain day that is corrected without a time replaces the more exact statement.
    columns: dict[str, object] = {field: when.day}
    if command.happened is not None or happened is not None:
        columns["happened"] = command.happened
    return columns
