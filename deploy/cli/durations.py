"""Durations and instants as a person types them at the command line."""

import datetime as dt
import re
from typing import Any

import click
from dateutil.relativedelta import relativedelta

_UNITS = {"y": "years", "mo": "months", "w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_PART = re.compile(r"(\d+)(mo|[ywdhms])")


class Duration(click.ParamType[relativedelta]):
    """`31d`, `2w`, `1y6mo`, `90m`: years y, months mo, weeks w, days d, hours h, minutes m, seconds s."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> relativedelta:
        """Read a duration."""
        if isinstance(value, relativedelta):
            return value
        parts = _PART.findall(str(value))
        if not parts or "".join(number + unit for number, unit in parts) != str(value):
            self.fail(f"{value!r} is no duration; write for example 31d, 2w, 1y6mo or 90m.", param, ctx)
        total = relativedelta()
        for number, unit in parts:
            total += relativedelta(**{_UNITS[unit]: int(number)})  # type: ignore[arg-type] # the names above
        return total


class Instant(click.ParamType[dt.datetime]):
    """`2026-12-24`, or with a time; without a zone it is UTC."""

    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.datetime:
        """Read an instant."""
        if isinstance(value, dt.datetime):
            return value
        try:
            found = dt.datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no instant; write for example 2026-12-24 or 2026-12-24T09:00Z.", param, ctx)
        return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


def seconds_of(duration: relativedelta) -> int:
    """Count the seconds of a duration that begins now."""
    now = dt.datetime.now(dt.UTC)
    return int((now + duration - now).total_seconds())
