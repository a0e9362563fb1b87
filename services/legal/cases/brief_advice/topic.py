"""Routes for brief advice."""

from typing import Final
from uuid import UUID

from services.legal.cases.brief_advice import actions, rules, schemas
from shared.http import Call, Reply, post, route
from shared.http.paging import PAGE, read_page
from shared.runtime.topics import Topic

_BRIEF: Final = "/v1/brief-advice"


@route("GET", _BRIEF, action="brief_advice.read", query=PAGE, reply=schemas.BriefAdvicePage)
def list_brief_advice(call: Call) -> Reply:
    """List the brief advice of the caller's own agency, the latest recorded first."""
    after, limit = read_page(call.query, UUID)
    page, following = actions.brief_advice_after(call.session, after, limit, by=call.principal)
    return Reply({"brief_advice": page, "next": following})


TOPIC: Final = Topic(
    __name__,
    routes=(post("brief_advice.record", _BRIEF, actions.record_brief_advice, creates=True),),
    access=rules.ACCESS,
)
