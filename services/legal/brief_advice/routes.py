"""Routes for brief advice."""

from typing import Final
from uuid import UUID

from services.legal.brief_advice import actions, schemas
from shared.http import Call, CallWith, Reply, route
from shared.http.paging import PAGE, read_page

_BRIEF: Final = "/v1/brief-advice"


@route("POST", _BRIEF, action="brief_advice.record", body=schemas.RecordBriefAdvice, creates=True)
def record_brief_advice(call: CallWith[schemas.RecordBriefAdvice]) -> Reply:
    """Record advice to somebody of whom no case is kept, or why there was none."""
    created = actions.record_brief_advice(call.session, call.command, call.now, by=call.principal)
    return Reply(status=201, created=created)


@route("GET", _BRIEF, action="brief_advice.read", query=PAGE, reply=schemas.BriefAdvicePage)
def list_brief_advice(call: Call) -> Reply:
    """List the brief advice of the caller's own agency, the latest recorded first."""
    after, limit = read_page(call.query, UUID)
    page, following = actions.brief_advice_after(call.session, after, limit, by=call.principal)
    return Reply({"brief_advice": page, "next": following})
