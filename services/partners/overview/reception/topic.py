"""Routes for the summary of what agencies receive, and for an agency with the state of its connection."""

from typing import Final
from uuid import UUID

from services.partners.agencies.agency import actions as agencies
from services.partners.agencies.agency import schemas as agency_schemas
from services.partners.overview.reception import actions, rules, schemas
from shared.http import Call, Reply, route
from shared.http.paging import PAGE, read_page, unclear
from shared.runtime.topics import Topic


@route("GET", "/v1/reception", action="reception.read", query=(schemas.AGENCY, *PAGE), reply=schemas.ReceptionPage)
def receptions(call: Call) -> Reply:
    """List whether each agency receives events, and if not, why."""
    after, limit = read_page(call.query, UUID)
    try:
        agency = UUID(call.query["agency"]) if "agency" in call.query else None
    except ValueError:
        raise unclear("The value of `agency` is not known. Send an agency's id in the register.") from None
    shown = actions.page(call.session, agency, after, limit, call.now)
    return Reply({"agencies": shown, "next": str(shown[-1]["agency"]) if len(shown) == limit else None})


@route(
    "GET",
    "/v1/agencies/<uuid:agency>",
    action="agency.read",
    query=(agency_schemas.WITH_CONNECTION,),
    reply=agency_schemas.ShownAgency,
)
def show_agency(call: Call) -> Reply:
    """Show an agency, with how it is reached for a referral; its ETag is for a change."""
    agency: UUID = call.path["agency"]
    with_connection = agency_schemas.asks_for_connection(call.query)
    shown, version = agencies.shown(call.session, agency)
    if with_connection:
        shown = {**shown, "is_connected": actions.is_connected(call.session, agency, str(shown["state"]), call.now)}
    return Reply(shown, version=version, about=agency)


TOPIC: Final = Topic(__name__, access=rules.ACCESS)
