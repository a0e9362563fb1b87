"""Routes for who the person is, for changes of age, and for reasons to see former details. No name is in an address."""

import json
from typing import Final

from services.intake.facts.case.models import current_version
from services.intake.facts.case.topic import CASE
from services.intake.facts.identity import actions, events, rules, schemas
from services.intake.facts.identity.actions import former_details
from shared.http import Call, CallWith, Media, Reply, post, route
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


_CHANGES: Final = f"{CASE}/age-changes"


@route("GET", _CHANGES, action="age.read", reply=schemas.AgeChanges)
def read_age_changes(call: Call) -> Reply:
    """List the changes between child and adult, in every state."""
    changes = actions.changes_of(call.session, call.case)
    return Reply({"changes": changes}, version=current_version(call.session, call.case))


@route(
    "POST",
    f"{_CHANGES}/<uuid:change>/confirmation",
    action="age.confirm",
    body=schemas.AnswerAge,
    changes=True,
    reply=schemas.AnsweredAge,
)
def answer_age_change(call: CallWith[schemas.AnswerAge]) -> Reply:
    """Confirm a stated age as a second person, or refuse it with a reason."""
    change = call.path["change"]
    reply = actions.answer(call.session, call.case, change, call.command, call.now, by=call.principal)
    return Reply({"id": change, **reply})


@route(
    "POST",
    "/v1/searches/former-names",
    action="former_details.search",
    body=schemas.SearchFormerNames,
    reply=schemas.FormerNamesSearched,
)
def give_reason_to_search(call: CallWith[schemas.SearchFormerNames]) -> Reply:
    """Put on record why the caller's searches have to find former names too: for an hour from now on."""
    until = former_details.give_reason_to_search(call.session, call.command, call.now, by=call.principal)
    return Reply({"until": until})


TOPIC: Final = Topic(
    __name__,
    access=rules.ACCESS,
    timers=actions.ON_TIMER,
    routes=(post("former_details.read", f"{CASE}/person/former-details", former_details.give_reason, creates=True),),
    events=events.EVENTS,
)
