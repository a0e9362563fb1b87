"""Routes for the register of agencies."""

from functools import partial
from typing import Final
from uuid import UUID

from services.partners.agencies.agency import actions, events, rules, schemas
from shared.http import Call, CallWith, Reply, check_unchanged, post, route
from shared.http.paging import PAGE, read_page
from shared.runtime.topics import Topic

_AGENCIES: Final = "/v1/agencies"
_AGENCY: Final = f"{_AGENCIES}/<uuid:agency>"


@route("GET", _AGENCIES, action="agency.read", query=(*schemas.FILTERS, *PAGE), reply=schemas.AgencyPage)
def find_agencies(call: Call) -> Reply:
    """List the agencies of the register, by what they are and what they do."""
    after, limit = read_page(call.query, UUID)
    wanted = {name: call.query[name] for name, _, _ in schemas.FILTERS if name in call.query}
    agencies = actions.page(call.session, wanted, after, limit)
    return Reply({"agencies": agencies, "next": str(agencies[-1]["id"]) if len(agencies) == limit else None})


@route("PATCH", _AGENCY, action="agency.change", body=schemas.ChangeAgency, changes=True)
def change_agency(call: CallWith[schemas.ChangeAgency]) -> Reply:
    """Change what the register says of an agency; what is not named stays as it is."""
    agency: UUID = call.path["agency"]
    version = actions.change(call.session, agency, call.command, partial(check_unchanged, call.if_match))
    return Reply({"id": agency}, version=version, about=agency)


@route("POST", f"{_AGENCY}/suspension", action="agency.end", body=schemas.StandAside)
def suspend_agency(call: CallWith[schemas.StandAside]) -> Reply:
    """Have an agency take no part for now: nobody is newly referred to it."""
    agency: UUID = call.path["agency"]
    version = actions.suspend(call.session, agency, call.command.reason, call.now)
    return Reply({"id": agency}, version=version, about=agency)


@route("POST", f"{_AGENCY}/resumption", action="agency.end", changes=True)
def resume_agency(call: Call) -> Reply:
    """Have an agency that was suspended take part again, by somebody who has read why it does not."""
    agency: UUID = call.path["agency"]
    version = actions.resume(call.session, agency, call.now, partial(check_unchanged, call.if_match))
    return Reply({"id": agency}, version=version, about=agency)


@route("POST", f"{_AGENCY}/ending", action="agency.end", body=schemas.StandAside)
def end_agency(call: CallWith[schemas.StandAside]) -> Reply:
    """Have an agency take no part any more."""
    agency: UUID = call.path["agency"]
    version = actions.end(call.session, agency, call.command.reason, call.now)
    return Reply({"id": agency}, version=version, about=agency)


TOPIC: Final = Topic(
    __name__,
    routes=(post("agency.register", _AGENCIES, actions.register, name="register_agency", creates=True),),
    access=rules.ACCESS,
    events=events.EVENTS,
    reads=events.READS,
    projections=actions.PROJECTIONS,
    loops=(lambda database, emits, _feeds: actions.NamedByLaw(database, emits),),
)
