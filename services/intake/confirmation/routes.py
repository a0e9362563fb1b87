"""The route that shows what waits for a second person."""

from services.intake.confirmation import actions, schemas
from shared.http import Call, Reply, route


@route("GET", "/v1/confirmations", action="confirmation.read", reply=schemas.ConfirmationList)
def waiting_confirmations(call: Call) -> Reply:
    """List what waits for the caller as a second person, the first due first."""
    return Reply({"confirmations": actions.waiting_for(call.session, call.now, by=call.principal)})
