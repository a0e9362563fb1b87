"""Route for the work list."""

from services.intake.actions.work import work_list
from services.intake.rules.work import read_place
from services.intake.service.paging import PAGE, asked
from shared.http import Call, Reply, route


class WorkRoutes:
    """Mixin for a service class that has an `edge`."""

    @route("GET", "/v1/work-list", action="work_list.read", query=PAGE)
    def work_list(self, call: Call) -> Reply:
        """List the caller's open cases, the most overdue first, then the riskiest."""
        after, limit = asked(call.query, read_place)
        return Reply(work_list(call.session, call.now, call.principal, after, limit))
