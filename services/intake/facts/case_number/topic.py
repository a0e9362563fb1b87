"""The route by which a case is found by its number: in a body, since an address stands in logs."""

from typing import Final

from services.intake.facts.case_number import actions, rules, schemas
from shared.http import CallWith, Reply, route
from shared.runtime.topics import Topic


@route(
    "POST",
    "/v1/case-numbers/lookup",
    action="case_number.look_up",
    body=schemas.LookUpNumber,
    reply=schemas.FoundCase,
)
def look_up_number(call: CallWith[schemas.LookUpNumber]) -> Reply:
    """Find a case, open or closed, by the number that somebody said."""
    numbered = actions.look_up(call.session, call.command.number, by=call.principal)
    case, status = numbered or (None, None)
    return Reply({"case": case, "status": status}, about=case)


TOPIC: Final = Topic(__name__, access=rules.ACCESS)
