"""Routes for advisers' calendars: create, list and revoke addresses, and read one without a token."""

from typing import Final

from services.legal.overview.calendar import actions, rules, schemas
from shared.http import Call, CallWith, Media, Reply, post, route
from shared.runtime.topics import Topic

_FEEDS: Final = "/v1/calendar-feeds"


@route(
    "POST",
    _FEEDS,
    action="calendar.issue",
    body=schemas.IssueCalendar,
    creates=True,
    reply=schemas.IssuedCalendar,
)
def issue_calendar(call: CallWith[schemas.IssueCalendar]) -> Reply:
    """Create an address for a calendar program, valid for a limited time and shown only once."""
    feed, secret = actions.issue(call.session, call.command, by=call.principal)
    address = {"address": f"/v1/calendars/{secret}"}
    return Reply({"id": feed.id, "until": feed.until}, status=201, created=feed.id, once=address)


@route("GET", _FEEDS, action="calendar.read", reply=schemas.CalendarList)
def read_calendars(call: Call) -> Reply:
    """List the caller's addresses, without their secrets."""
    return Reply({"calendars": actions.feeds_of(call.session, by=call.principal)})


@route("GET", "/v1/calendars/<string:secret>", action=None, reply=Media("text/calendar"))
def calendar(call: Call) -> Reply:
    """Return the calendar of this address (RFC 5545), without anything that identifies a person."""
    text = actions.calendar(call.session, call.path["secret"])
    return Reply(text=text, headers={"Content-Type": "text/calendar; charset=utf-8"})


TOPIC: Final = Topic(
    __name__,
    routes=(
        post(
            "calendar.revoke",
            f"{_FEEDS}/<uuid:feed>/revocation",
            actions.revoke,
            name="revoke_calendar",
            status=204,
        ),
    ),
    access=rules.ACCESS,
)
