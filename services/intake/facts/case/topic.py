"""The address of a case, what is followed of cases and agencies, and the route that finds a case by its number.

Every topic has its addresses below that of a case. A number is in a body, because addresses are logged.
"""

from typing import Final

from services.intake.facts.case import actions, events, rules, schemas
from shared.casework import registers
from shared.http import CallWith, Reply, route
from shared.runtime.topics import Topic

#: The addresses of a case's parts begin with it.
CASE: Final = "/v1/cases/<uuid:case>"


@route(
    "POST",
    "/v1/case-numbers/lookup",
    action="case_number.look_up",
    body=schemas.LookUpNumber,
    reply=schemas.FoundCase,
)
def look_up_number(call: CallWith[schemas.LookUpNumber]) -> Reply:
    """Find an open or closed case by its spoken case number."""
    numbered = actions.look_up(call.session, call.command.number, by=call.principal)
    case, status = numbered or (None, None)
    return Reply({"case": case, "status": status}, about=case)


TOPIC: Final = Topic(
    __name__,
    access=rules.ACCESS,
    events=events.EVENTS,
    reads=registers.AGENCIES.reads,
    projections=(registers.AGENCIES.projection,),
)
