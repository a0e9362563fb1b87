"""The route for workload."""

from typing import Final

from services.support.workload import actions, schemas
from shared.http import get

ROUTES: Final = (
    get("workload.read", "/v1/workload", actions.workload_of, name="read_workload", reply=schemas.Workload),
)
