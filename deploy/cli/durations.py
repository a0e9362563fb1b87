"""Durations and instants as a person types them at the command line."""

import datetime as dt
import re

import click
from dateutil.relativedelta import relativedelta

from deploy.cli.errors import CommandRefused

_UNITS = {"y": "years", "mo": "months", "w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_MOST_DIGITS = 9  # a longer number exceeds any calendar in every unit
EARLIEST = dt.datetime(1900, 1, 1, tzinfo=dt.UTC)
LATEST = dt.datetime(2199, 12, 31, tzinfo=dt.UTC)
"""Where the services let their clock be set: between them lie a living person's dates and every deadline."""
_PART = re.compile(r"(\d+)(mo|[ywdhms])")


class Duration(click.ParamType[relativedelta]):
    """`31d`, `2w`, `1y6mo`, `90m`: years y, months mo, weeks w, days d, hours h, minutes m, seconds s."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> relativedelta:
        """Read a duration."""
        if isinstance(value, relativedelta):
            return value
        parts = _PART.findall(str(value))
        if not parts or "".join(number + unit for number, unit in parts) != str(value):
            self.fail(f"{value!r} is no duration; write for example 31d, 2w, 1y6mo or 90m.", param, ctx)
        if any(len(number) > _MOST_DIGITS for number, _ in parts):
            raise _too_long()
        total = relativedelta()
        for number, unit in parts:
            total += relativedelta(**{_UNITS[unit]: int(number)})  # type: ignore[arg-type] # the names above
        return total


class Instant(click.ParamType[dt.datetime]):
    """`2026-12-24`, or with a time; without a zone it is UTC."""

    name = "instant"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> dt.datetime:
        """Read an instant."""
        if isinstance(value, dt.datetime):
            return value
        try:
            instant = dt.datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no instant; write for example 2026-12-24 or 2026-12-24T09:00Z.", param, ctx)
        aware = instant if instant.tzinfo else instant.replace(tzinfo=dt.UTC)
        if not EARLIEST <= aware <= LATEST:
            raise CommandRefused(
                f"{value} is too far away.",
                why=_bounds(),
                next_step="choose an instant within these bounds",
                exit_code=2,
            )
        return aware


def later(begin: dt.datetime, duration: relativedelta) -> dt.datetime:
    """Return the instant a duration after `begin`. Raises `CommandRefused` when it lies outside the bounds."""
    try:
        reached = begin + duration
    except (OverflowError, ValueError):  # beyond the calendar: too many days, or a year of five digits
        raise _too_long() from None
    if not EARLIEST <= reached <= LATEST:
        raise _too_long()
    return reached


def _too_long() -> CommandRefused:
    return CommandRefused(
        f"The duration reaches past {LATEST.date()}.",
        why=_bounds(),
        next_step="choose a shorter duration, such as 31d; if the clock itself stands too late: ./casepath clock reset",
        exit_code=2,
    )


def _bounds() -> str:
    return f"instants lie from {EARLIEST.date()} to {LATEST.date()}, UTC"


def seconds_of(duration: relativedelta) -> int:
    """Return the seconds of a duration that begins now."""
    now = dt.datetime.now(dt.UTC)
    return int((later(now, duration) - now).total_seconds())
