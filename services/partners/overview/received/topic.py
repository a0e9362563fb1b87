"""The route that shows what each agency received about a case."""

from typing import Final

from services.partners.overview.received import actions, events, rules, schemas
from shared.http import Call, Reply, route
from shared.runtime.topics import Topic


@route("GET", "/v1/cases/<uuid:case>/deliveries", action="received.read", reply=schemas.ReceivedOfCase)
def read_deliveries(call: Call) -> Reply:
    """Return what each agency received about a case, and what it answered to withdrawals."""
    agencies = actions.received(call.session, call.case, call.now, only=call.sight.agency)
    return Reply({"id": call.case, "agencies": agencies})


TOPIC: Final = Topic(__name__, access=rules.ACCESS, reads=events.READS, projections=actions.PROJECTIONS)
