"""Addresses of calendars: their fields, each declared once, and what is asked and shown of them."""

from typing import Final, cast

from marshmallow import fields, validate

from services.legal.calendar import rules
from shared.access.declarations import declare, nullable, omittable
from shared.access.views import View, parts, written_by_edge
from shared.events.contract import Count, Flag, Instant, Reference
from shared.http import Command, optional

_DAYS: Final = Count()
_DAYS.validators = [validate.Range(1, rules.LONGEST_DAYS)]

FEED = declare(Reference(), None, "The address, by an id that it does not contain.")
BUSY_ONLY = declare(
    Flag(), None, "Whether it says no more than that a day is taken: for a telephone that is shared.", example=False
)
DAYS = declare(_DAYS, None, "For how many days the address counts.", example=rules.LONGEST_DAYS)
MADE_AT = declare(Instant(), None, "When it was made (real time).")
UNTIL = declare(Instant(), None, "Until when it counts (real time).")
REVOKED_AT = declare(nullable(Instant()), None, "When it was revoked (real time); null: it was not.")
ADDRESS = declare(
    fields.String(),
    None,
    "Where a calendar program reads it, at this service; shown in this one answer. Whoever has it reads the days.",
    example="/v1/calendars/<secret>",
)


class IssueCalendar(Command):
    """A calendar program is to read the caller's days."""

    busy_only: bool = optional(BUSY_ONLY, default=False)
    days: int = optional(cast("fields.Field[int]", DAYS), default=rules.LONGEST_DAYS)


class IssuedCalendar(View):
    """An address that was made just now."""

    id = FEED
    until = UNTIL
    address = written_by_edge(omittable(ADDRESS))


class ShownCalendar(View):
    """An address, without its secret, which is kept nowhere."""

    id = FEED
    busy_only = BUSY_ONLY
    made_at = MADE_AT
    until = UNTIL
    revoked_at = REVOKED_AT


class CalendarList(View):
    """The caller's addresses, the oldest first."""

    calendars = parts(ShownCalendar)
