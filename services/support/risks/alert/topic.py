"""Routes for safeguarding alerts and the calls about them."""

from typing import Final
from uuid import UUID

from services.support.cases.case.topic import CASE
from services.support.risks.alert import actions, events, rules, schemas
from shared.http import Awaited, Call, Reply, paging, post, route
from shared.runtime.topics import Topic

_QUERY: Final = (
    paging.KNOWN,
    paging.WAIT,
    (
        "with",
        {"type": "string", "enum": ["taken"]},
        "`taken`: also the open alerts of the reader's cases that a person takes care of",
    ),
)


@route("GET", "/v1/alerts", action="alert.read", query=_QUERY, reply=schemas.AlertList)
def read_alerts(call: Call) -> Reply:
    """Return the unacknowledged safeguarding alerts that are addressed to the caller."""
    known, seconds = call.query.get("after"), paging.wait(call.query)
    # Read the mark first: a change between the two reads then counts as new and is read again.
    change = actions.newest(call.session) if seconds else ""
    found = actions.alerts_for(call.session, by=call.principal)
    if call.query.get("with") == "taken" and not call.principal.is_service:
        return Reply({**found, "mark": paging.mark_of(found), "taken": actions.taken(call.session, by=call.principal)})
    if (not seconds and known is None) or call.principal.is_service:
        return Reply(found)
    whose, mark = UUID(call.principal.subject), paging.mark_of(found)
    is_known = mark == known
    awaited = Awaited(whose, change, seconds) if is_known and seconds else None
    # The first answer has an entry in the audit log. Waiting for the next answer shows nothing new.
    return Reply({**found, "mark": mark}, noted=not is_known, awaited=awaited)


TOPIC: Final = Topic(
    __name__,
    routes=(
        post("alert.raise", f"{CASE}/alerts", actions.raise_alert, creates=True),
        post(
            "alert.acknowledge", "/v1/alerts/<uuid:alert>/acknowledgement", actions.acknowledge_from_afar, creates=True
        ),
        post(
            "alert.acknowledge",
            f"{CASE}/alerts/<uuid:alert>/acknowledgement",
            actions.acknowledge,
            name="acknowledge_alert",
            creates=True,
        ),
        post("alert.end", f"{CASE}/alerts/<uuid:alert>/ending", actions.end_alert, creates=True),
        post("alert.correct", f"{CASE}/alerts/<uuid:alert>/correction", actions.correct_alert, creates=True),
        post("alert.call", f"{CASE}/alerts/<uuid:alert>/calls", actions.record_alert_call, creates=True),
        post("alert.call", f"{CASE}/alert-calls/<uuid:call>/correction", actions.correct_alert_call, creates=True),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
    reads=events.READS,
    reactions=actions.REACTIONS,
    timers=actions.ON_TIMER,
    measures=actions.MEASURES,
)
