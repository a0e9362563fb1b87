"""Routes for reasons to see what somebody was called before."""

from services.intake.case.routes import CASE, created
from services.intake.former_details import actions, schemas
from shared.http import CallWith, Reply, route


@route(
    "POST",
    f"{CASE}/person/former-details",
    action="former_details.read",
    body=schemas.SeeFormerDetails,
    creates=True,
)
def give_reason(call: CallWith[schemas.SeeFormerDetails]) -> Reply:
    """Put on record why the caller has to see the person's former names and genders: for a day from now on."""
    return created(actions.give_reason(call.session, call.case, call.command, call.now, by=call.principal))


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
