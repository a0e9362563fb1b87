"""The operators' routes for a service's clock: read it, and move it in tests."""

from datetime import datetime
from typing import Any

from marshmallow import Schema, ValidationError

from shared.access.permissions import Need
from shared.deadlines import timers
from shared.deadlines.time_source import FIRST_INSTANT, LAST_INSTANT
from shared.events.contract import Instant
from shared.http import Call, Reply, route
from shared.runtime.process import Process

#: The entries of the access table for the routes below.
ACCESS = {"clock.read": {"operator": Need.ANY}, "clock.move": {"operator": Need.ANY}}


def _within_reach(to: datetime | None) -> None:
    # Near the ends of time, zones and libraries disagree about what can be read back: the clock would be stuck there.
    if to is not None and not FIRST_INSTANT <= to <= LAST_INSTANT:
        raise ValidationError("lies outside the years 1900 to 2199")


class MoveClock(Schema):
    """Where the clock is set; null lets time be real again."""

    now = Instant(required=True, allow_none=True, validate=_within_reach)


class OperatedClock:
    """The routes, for a service class that has an `edge` and its `process`."""

    process: Any

    @route("GET", "/v1/clock", action="clock.read")
    def clock(self, call: Call) -> Reply:
        """Return the domain's now, and when the next timer is due."""
        process: Process = self.process
        moved = process.time_source.moved_to(call.session)
        return Reply(
            {
                "now": call.now.isoformat(),
                "moved": moved is not None,
                "allowed": process.time_source.movable,
                "next_due": _iso(timers.next_due(call.session)),
            }
        )

    @route("PUT", "/v1/clock", action="clock.move", body=MoveClock)
    def move_clock(self, call: Call) -> Reply:
        """Set the test clock, or return to real time."""
        process: Process = self.process
        process.time_source.move(call.session, call.body["now"])
        return Reply({"now": _iso(call.body["now"]), "next_due": _iso(timers.next_due(call.session))})

    @route("POST", "/v1/clock/due", action="clock.move")
    def fire_due(self, call: Call) -> Reply:
        """Fire what is due by the test clock, in order, and only then answer."""
        process: Process = self.process
        fired = process.timers.fire_due()
        return Reply({"fired": fired, "next_due": _iso(timers.next_due(call.session))})


def _iso(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()
