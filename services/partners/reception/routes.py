"""The route for the summary of what agencies receive."""

from uuid import UUID

from services.partners.reception import actions, schemas
from shared.http import Call, Reply, route
from shared.http.paging import PAGE, read_page, unclear


@route("GET", "/v1/reception", action="reception.read", query=(schemas.AGENCY, *PAGE), reply=schemas.ReceptionPage)
def receptions(call: Call) -> Reply:
    """List whether each agency receives events, and if not, why."""
    after, limit = read_page(call.query, UUID)
    try:
        agency = UUID(call.query["agency"]) if "agency" in call.query else None
    except ValueError:
        raise unclear("`agency` is an agency's id in the register.") from None
    shown = actions.page(call.session, agency, after, limit, call.now)
    return Reply({"agencies": shown, "next": str(shown[-1]["agency"]) if len(shown) == limit else None})
