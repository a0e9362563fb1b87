"""Routes for who the person is, for changes of age, and for reasons to see former details. No name is in an address."""

import json
from typing import Final

from services.intake.facts.case.models import current_version
from services.intake.facts.case.topic import CASE
from services.intake.facts.identity import actions, events, rules, schemas
from services.intake.facts.identity.actions import former_details
from shared.http import Call, CallWith, Media, Reply, bind, get, post, route
from shared.runtime.topics import Topic

_PERSON = f"{CASE}/person"


@route("GET", _PERSON, action="person.read", reply=schemas.Person)
def read_person(call: Call) -> Reply:
    """Return who the person is, as far as the caller's role may see it; former details with a reason on record."""
    shown = actions.person_shown(call.session, call.case, call.now, by=call.principal)
    return Reply(shown, version=current_version(call.session, call.case))


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
    routes=(
        bind(
            "PUT",
            "person.record",
            _PERSON,
            actions.record_person,
            changes=True,
            reply=schemas.ChangedPerson,
            part="person",
        ),
        post(
            "person.record",
            f"{_PERSON}/names",
            actions.change_name,
            changes=True,
            reply=schemas.ChangedPerson,
            part="person",
        ),
        get("age.read", _CHANGES, actions.changes_of, name="read_age_changes", reply=schemas.AgeChanges),
        post(
            "age.confirm",
            f"{_CHANGES}/<uuid:change>/confirmation",
            actions.answer,
            name="answer_age_change",
            changes=True,
            reply=schemas.AnsweredAge,
        ),
        post("former_details.read", f"{CASE}/person/former-details", former_details.give_reason, creates=True),
    ),
    events=events.EVENTS,
)
