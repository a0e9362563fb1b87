"""The command and the views of calendar addresses. Most fields are declared on their columns (`models`)."""

from typing import Final, cast

from marshmallow import fields, validate

from services.legal.overview.calendar import rules
from services.legal.overview.calendar.models import CalendarFeed
from shared.access.declarations import declare, omittable
from shared.access.views import View, parts, written_by_edge
from shared.events.contract import Count
from shared.http import Command, optional

_DAYS: Final = Count()
_DAYS.validators = [validate.Range(1, rules.LONGEST_DAYS)]

DAYS = declare(_DAYS, None, "For how many days the address counts.", example=rules.LONGEST_DAYS)
ADDRESS = declare(
    fields.String(),
    None,
    "The address for a calendar program, shown only in this response. Everyone who has it can read the days.",
    example="/v1/calendars/<secret>",
)


class IssueCalendar(Command):
    """Create an address from which a calendar program reads the caller's days."""

    busy_only: bool = optional(CalendarFeed.busy_only, default=False)
    days: int = optional(cast("fields.Field[int]", DAYS), default=rules.LONGEST_DAYS)


class IssuedCalendar(View):
    """An address that was just created."""

    id = CalendarFeed.id
    until = CalendarFeed.until
    address = written_by_edge(omittable(ADDRESS))


class ShownCalendar(View, of=CalendarFeed):
    """An address without its secret, which is not stored."""


class CalendarList(View):
    """The caller's addresses, oldest first."""

    calendars = parts(ShownCalendar)
