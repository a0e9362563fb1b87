"""Routes for safeguarding alerts."""

from services.support.alert import actions, schemas
from services.support.case.routes import CASE
from shared.http import Call, CallWith, Reply, route


@route("POST", f"{CASE}/alerts", action="alert.raise", body=schemas.RaiseAlert, creates=True)
def raise_alert(call: CallWith[schemas.RaiseAlert]) -> Reply:
    """Raise a safeguarding alert, which goes up until a named person has acknowledged it."""
    alert, version = actions.raise_alert(call.session, call.case, call.command, call.now)
    return Reply(status=201, created=alert, version=version)


@route("GET", "/v1/alerts", action="alert.read", reply=schemas.AlertList)
def read_alerts(call: Call) -> Reply:
    """Return the unacknowledged safeguarding alerts that are addressed to the caller."""
    return Reply({"alerts": actions.alerts_for(call.session, by=call.principal)})


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
