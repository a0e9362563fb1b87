"""Routes for the register of agencies."""

from typing import Final
from uuid import UUID

from services.partners.agencies.agency import actions, events, rules, schemas
from shared.http import Call, Reply, bind, post, route
from shared.http.paging import PAGE, read_page
from shared.runtime.topics import Topic

_AGENCIES: Final = "/v1/agencies"
_AGENCY: Final = f"{_AGENCIES}/<uuid:agency>"


@route("GET", _AGENCIES, action="agency.read", query=(*schemas.FILTERS, *PAGE), reply=schemas.AgencyPage)
def find_agencies(call: Call) -> Reply:
    """List the agencies of the register by kind and service."""
    after, limit = read_page(call.query, UUID)
    wanted = {name: call.query[name] for name, _, _ in schemas.FILTERS if name in call.query}
    agencies = actions.page(call.session, wanted, after, limit)
    return Reply({"agencies": agencies, "next": str(agencies[-1]["id"]) if len(agencies) == limit else None})


TOPIC: Final = Topic(
    __name__,
    routes=(
        post("agency.register", _AGENCIES, actions.register, name="register_agency", creates=True),
        bind("PATCH", "agency.change", _AGENCY, actions.change, name="change_agency", changes=True),
        post("agency.end", f"{_AGENCY}/suspension", actions.suspend, name="suspend_agency"),
        post("agency.end", f"{_AGENCY}/resumption", actions.resume, name="resume_agency", changes=True),
        post("agency.end", f"{_AGENCY}/ending", actions.end, name="end_agency"),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
    reads=events.READS,
    projections=actions.PROJECTIONS,
    loops=(lambda database, emits, _feeds: actions.NamedByLaw(database, emits),),
)
