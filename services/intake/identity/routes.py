"""Routes for who the person is, and for searching by name. No name is ever part of an address."""

from services.intake.case.models import current_version
from services.intake.case.routes import CASE
from services.intake.identity import actions, schemas
from shared.http import Call, CallWith, Reply, route

_PERSON = f"{CASE}/person"


@route(
    "PUT",
    _PERSON,
    action="person.record",
    body=schemas.RecordPerson,
    changes=True,
    reply=schemas.ChangedPerson,
)
def record_person(call: CallWith[schemas.RecordPerson]) -> Reply:
    """Record who the person is; a part that is left out stays as it was."""
    new_version = actions.record_person(call.session, call.case, call.command, call.now)
    return Reply({"id": call.case}, version=new_version)


@route("GET", _PERSON, action="person.read", reply=schemas.Person)
def read_person(call: Call) -> Reply:
    """Return who the person is, as far as the caller's role may see it."""
    return Reply(actions.person_of(call.session, call.case), version=current_version(call.session, call.case))


@route(
    "POST",
    f"{_PERSON}/names",
    action="person.record",
    body=schemas.ChangeName,
    changes=True,
    reply=schemas.ChangedPerson,
)
def change_name(call: CallWith[schemas.ChangeName]) -> Reply:
    """Record another name of the person's; the given or family name before it is kept, with its end."""
    new_version = actions.change_name(call.session, call.case, call.command, call.now)
    return Reply({"id": call.case}, version=new_version)


@route("POST", "/v1/searches", action="person.search", body=schemas.Search, reply=schemas.NameMatches)
def search(call: CallWith[schemas.Search]) -> Reply:
    """Find the caller's cases by a person's name, however it is spelled; former names count too."""
    return Reply(actions.search_by_name(call.session, call.command, by=call.principal))


@route("POST", "/v1/searches/index", action="person.index", body=schemas.IndexAnew, reply=schemas.IndexedCases)
def index_anew(call: CallWith[schemas.IndexAnew]) -> Reply:
    """Index a page of cases by name anew, after a restore of the key database; no name is returned."""
    return Reply(actions.index_anew(call.session, call.command))
