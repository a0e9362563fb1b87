"""The route for workload."""

from services.support.workload import actions, schemas
from shared.http import Call, Reply, route


@route("GET", "/v1/workload", action="workload.read", reply=schemas.Workload)
def read_workload(call: Call) -> Reply:
    """Return how much the caller, and whoever they supervise, have to carry: counts, never ranked."""
    return Reply(actions.workload_of(call.session, call.now, by=call.principal))
