"""The route that shows what waits for a second person."""

from typing import Final

from services.intake.cases.confirmation import actions, rules, schemas
from shared.http import Call, Reply, route
from shared.http.paging import asks_for_names
from shared.runtime.topics import Topic


@route(
    "GET",
    "/v1/confirmations",
    action="confirmation.read",
    query=(schemas.WITH_NAMES,),
    reply=schemas.ConfirmationList,
)
def waiting_confirmations(call: Call) -> Reply:
    """List what waits for the caller as a second person, the first due first."""
    with_names = asks_for_names(call.query)
    waiting = actions.waiting_for(call.session, call.now, by=call.principal, with_names=with_names)
    return Reply({"confirmations": waiting})


TOPIC: Final = Topic(__name__, access=rules.ACCESS)
