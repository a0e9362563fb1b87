"""Routes for safeguarding alerts."""

from typing import Final
from uuid import UUID

from services.support.alert import actions, schemas
from services.support.case.routes import CASE
from shared.http import Awaited, Call, CallWith, Reply, paging, route


@route("POST", f"{CASE}/alerts", action="alert.raise", body=schemas.RaiseAlert, creates=True)
def raise_alert(call: CallWith[schemas.RaiseAlert]) -> Reply:
    """Raise a safeguarding alert, which goes up until a named person has acknowledged it."""
    alert, version = actions.raise_alert(call.session, call.case, call.command, call.now, by=call.principal)
    return Reply(status=201, created=alert, version=version)


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
    # Read first: what changes between the two reads is taken for new, and read once more.
    change = actions.newest(call.session) if seconds else ""
    found = actions.alerts_for(call.session, by=call.principal)
    if call.query.get("with") == "taken" and not call.principal.is_service:
        return Reply({**found, "mark": paging.mark_of(found), "taken": actions.taken(call.session, by=call.principal)})
    if (not seconds and known is None) or call.principal.is_service:
        return Reply(found)
    whose, mark = UUID(call.principal.subject), paging.mark_of(found)
    is_known = mark == known
    awaited = Awaited(whose, change, seconds) if is_known and seconds else None
    # The audit has an entry of the first answer. Waiting for another one shows nothing more.
    return Reply({**found, "mark": mark}, noted=not is_known, awaited=awaited)


@route("POST", "/v1/alerts/<uuid:alert>/acknowledgement", action="alert.acknowledge", creates=True)
def acknowledge_from_afar(call: Call) -> Reply:
    """Acknowledge an alert of which the caller is told only that it waits."""
    alert: UUID = call.path["alert"]
    actions.acknowledge_from_afar(call.session, alert, call.now, by=call.principal)
    return Reply(status=201, created=alert)


@route(
    "POST",
    f"{CASE}/alerts/<uuid:alert>/acknowledgement",
    action="alert.acknowledge",
    creates=True,
)
def acknowledge_alert(call: Call) -> Reply:
    """Acknowledge a safeguarding alert, which ends its escalation."""
    alert = call.path["alert"]
    actions.acknowledge(call.session, call.case, alert, call.now, by=call.principal, relation=call.relation)
    return Reply(status=201, created=alert)


@route("POST", f"{CASE}/alerts/<uuid:alert>/ending", action="alert.end", body=schemas.EndAlert, creates=True)
def end_alert(call: CallWith[schemas.EndAlert]) -> Reply:
    """Record that a safeguarding alert is over."""
    alert = call.path["alert"]
    version = actions.end_alert(call.session, call.case, alert, call.command, call.now, by=call.principal)
    return Reply(status=201, created=alert, version=version)


@route(
    "POST", f"{CASE}/alerts/<uuid:alert>/correction", action="alert.correct", body=schemas.CorrectAlert, creates=True
)
def correct_alert(call: CallWith[schemas.CorrectAlert]) -> Reply:
    """Put a safeguarding alert right, or take it back; what it said before is kept."""
    correction, version = actions.correct_alert(
        call.session, call.case, call.path["alert"], call.command, call.now, by=call.principal
    )
    return Reply(status=201, created=correction, version=version)
