"""Routes for reasons to see what somebody was called before."""

from typing import Final

from services.intake.facts.case.topic import CASE
from services.intake.facts.former_details import actions, events, rules, schemas
from shared.http import CallWith, Reply, post, route
from shared.runtime.topics import Topic


@route(
    "POST",
    "/v1/searches/former-names",
    action="former_details.search",
    body=schemas.SearchFormerNames,
    reply=schemas.FormerNamesSearched,
)
def give_reason_to_search(call: CallWith[schemas.SearchFormerNames]) -> Reply:
    """Put on record why the caller's searches have to find former names too: for an hour from now on."""
    until = actions.give_reason_to_search(call.session, call.command, call.now, by=call.principal)
    return Reply({"until": until})


TOPIC: Final = Topic(
    __name__,
    routes=(post("former_details.read", f"{CASE}/person/former-details", actions.give_reason, creates=True),),
    access=rules.ACCESS,
    events=events.EVENTS,
)
