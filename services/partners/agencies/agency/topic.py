"""Routes for the register of agencies."""

from typing import Final

from services.partners.agencies.agency import actions, events, rules, schemas
from shared.http import bind, get, post
from shared.http.paging import PAGE
from shared.runtime.topics import Topic

_AGENCIES: Final = "/v1/agencies"
_AGENCY: Final = f"{_AGENCIES}/<uuid:agency>"


TOPIC: Final = Topic(
    __name__,
    routes=(
        get(
            "agency.read",
            _AGENCIES,
            actions.find_agencies,
            query=(*schemas.FILTERS, *PAGE),
            reply=schemas.AgencyPage,
        ),
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
