"""Routes for the queues across cases, and for what waits for a second person."""

from typing import Final

from services.intake.cases.queue import actions, rules, schemas
from services.intake.cases.queue.actions import confirmations
from shared.http import Call, Reply, route
from shared.http.paging import PAGE, asks_for_names, read_page
from shared.runtime.topics import Topic


@route("GET", "/v1/queues/data-protection", action="queue.data_protection", query=PAGE, reply=schemas.Queue)
def data_protection_queue(call: Call) -> Reply:
    """List what waits for data protection, of cases whose person has not excluded the caller."""
    after, limit = read_page(call.query, rules.read_place)
    return Reply(actions.for_data_protection(call.session, after, limit, call.now, by=call.principal))


@route("GET", "/v1/queues/supervision", action="queue.supervision", query=PAGE, reply=schemas.Queue)
def supervision_queue(call: Call) -> Reply:
    """List the cases that nobody answers for, and what is overdue in the cases of those whom the caller supervises."""
    after, limit = read_page(call.query, rules.read_place)
    return Reply(actions.for_supervisor(call.session, after, limit, call.now, by=call.principal))


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
    waiting = confirmations.waiting_for(call.session, call.now, by=call.principal, with_names=with_names)
    return Reply({"confirmations": waiting})


TOPIC: Final = Topic(__name__, access=rules.ACCESS)
