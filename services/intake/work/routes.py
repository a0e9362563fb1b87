"""Routes for the work list."""

from services.intake.work import actions, rules, schemas
from shared.http import Call, Reply, route
from shared.http.paging import PAGE, read_page


@route("GET", "/v1/work-list", action="work_list.read", query=PAGE, reply=schemas.WorkList, only_reads=True)
def work_list(call: Call) -> Reply:
    """List the caller's open cases, the most overdue first, then those with urgent need."""
    after, limit = read_page(call.query, rules.read_place)
    return Reply(actions.work_list(call.session, after, limit, call.now, by=call.principal), plain=True)
