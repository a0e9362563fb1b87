"""The route that shows what each agency received about a case."""

from services.partners.received import actions, schemas
from shared.http import Call, Reply, route


@route("GET", "/v1/cases/<uuid:case>/deliveries", action="received.read", reply=schemas.ReceivedOfCase)
def read_deliveries(call: Call) -> Reply:
    """Return what each agency received about a case, and what it answered to withdrawals."""
    agencies = actions.received(call.session, call.case, call.now, only=call.sight.agency)
    return Reply({"id": call.case, "agencies": agencies})
