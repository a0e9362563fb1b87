"""The operators' routes for a service's clock: read it, and move it in tests."""

from datetime import datetime
from typing import Any

from marshmallow import ValidationError, fields

from shared.access.declarations import declare, nullable
from shared.access.permissions import Need
from shared.access.views import View
from shared.deadlines import timers
from shared.deadlines.time_source import FIRST_INSTANT, LAST_INSTANT
from shared.events.contract import Flag, Instant
from shared.http import Call, CallWith, Command, Reply, required, route
from shared.runtime.process import Process

#: The entries of the access table for the routes below.
ACCESS = {"clock.read": {"operator": Need.ANY}, "clock.move": {"operator": Need.ANY}}


def _within_reach(to: datetime | None) -> None:
    # Near the limits of time, zones and libraries disagree about what can be read back: the clock could not be moved
    # back.
    if to is not None and not FIRST_INSTANT <= to <= LAST_INSTANT:
        raise ValidationError("is outside the years 1900 to 2199")


MOVED_TO = declare(nullable(Instant(validate=_within_reach)), None, "Where the clock is set; null: time is real.")
NEXT_DUE = declare(nullable(Instant()), None, "When the next timer is due.")


class MoveClock(Command):
    """The time to set the clock to; null returns to real time."""

    now: datetime | None = required(MOVED_TO)


class Clock(View):
    """The domain's clock."""

    now = declare(Instant(), None, "The domain's now.")
    moved = declare(Flag(), None, "Whether a test moved it.")
    allowed = declare(Flag(), None, "Whether tests may move it here.")
    next_due = NEXT_DUE


class MovedClock(View):
    """The time that the clock was set to."""

    now = MOVED_TO
    next_due = NEXT_DUE


class FiredTimers(View):
    """The result of firing all due timers."""

    fired = declare(fields.Integer(), None, "How many timers were due.", example=1)
    next_due = NEXT_DUE


class OperatedClock:
    """The routes, for a service class that has an `edge` and its `process`."""

    process: Any

    @route("GET", "/v1/clock", action="clock.read", reply=Clock)
    def clock(self, call: Call) -> Reply:
        """Return the domain's current time, and when the next timer is due."""
        process: Process = self.process
        moved = process.time_source.moved_to(call.session)
        return Reply(
            {
                "now": call.now,
                "moved": moved is not None,
                "allowed": process.time_source.movable,
                "next_due": timers.next_due(call.session),
            }
        )

    @route("PUT", "/v1/clock", action="clock.move", body=MoveClock, reply=MovedClock)
    def move_clock(self, call: CallWith[MoveClock]) -> Reply:
        """Set the test clock, or return to real time."""
        process: Process = self.process
        process.time_source.move(call.session, call.command.now)
        return Reply({"now": call.command.now, "next_due": timers.next_due(call.session)})

    @route("POST", "/v1/clock/due", action="clock.move", reply=FiredTimers)
    def fire_due(self, call: Call) -> Reply:
        """Fire all timers that are due by the test clock, in order, and then answer."""
        process: Process = self.process
        fired = process.timers.fire_due()
        return Reply({"fired": fired, "next_due": timers.next_due(call.session)})
