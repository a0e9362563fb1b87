"""Routes for who the person is. No name is ever part of an address."""

import json
from typing import Final

from services.intake.facts.case.models import current_version
from services.intake.facts.case.topic import CASE
from services.intake.facts.identity import actions, rules, schemas
from shared.http import Call, CallWith, Media, Reply, route
from shared.runtime.topics import Topic

_PERSON = f"{CASE}/person"


@route(
    "PUT",
    _PERSON,
    action="person.record",
    body=schemas.RecordPerson,
    changes=True,
    reply=schemas.ChangedPerson,
    part="person",
)
def record_person(call: CallWith[schemas.RecordPerson]) -> Reply:
    """Record who the person is; a part that is left out stays as it was."""
    actions.record_person(call.session, call.case, call.command, call.now, by=call.principal)
    return Reply({"id": call.case})


@route("GET", _PERSON, action="person.read", reply=schemas.Person)
def read_person(call: Call) -> Reply:
    """Return who the person is, as far as the caller's role may see it; former details with a reason on record."""
    shown = actions.person_shown(call.session, call.case, call.now, by=call.principal)
    return Reply(shown, version=current_version(call.session, call.case))


@route(
    "POST",
    f"{_PERSON}/names",
    action="person.record",
    body=schemas.ChangeName,
    changes=True,
    reply=schemas.ChangedPerson,
    part="person",
)
def change_name(call: CallWith[schemas.ChangeName]) -> Reply:
    """Record another name of the person's; the given or family name before it is kept, with its end."""
    actions.change_name(call.session, call.case, call.command, call.now, by=call.principal)
    return Reply({"id": call.case})


@route("GET", f"{CASE}/birth-month", action="birth_month.read", reply=Media("application/json", schemas.BirthMonth))
def read_birth_month(call: Call) -> Reply:
    """Return the month of the person's birth to a service that counts a child's limits; to nobody else."""
    month = actions.birth_month_of(call.session, call.case, by=call.principal)
    return Reply(text=json.dumps({"month": month}).encode(), headers={"Content-Type": "application/json"})


@route("POST", "/v1/searches/index", action="person.index", body=schemas.IndexAnew, reply=schemas.IndexedCases)
def index_anew(call: CallWith[schemas.IndexAnew]) -> Reply:
    """Index a page of cases by name anew, after a restore of the key database; no name is returned."""
    return Reply(actions.index_anew(call.session, call.command))


TOPIC: Final = Topic(__name__, access=rules.ACCESS, timers=actions.ON_TIMER)
