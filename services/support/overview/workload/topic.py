"""The route for workload."""

from typing import Final

from services.support.overview.workload import actions, rules, schemas
from shared.http import get
from shared.runtime.topics import Topic

TOPIC: Final = Topic(
    __name__,
    routes=(get("workload.read", "/v1/workload", actions.workload_of, name="read_workload", reply=schemas.Workload),),
    access=rules.ACCESS,
)
