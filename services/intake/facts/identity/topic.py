"""Routes for identity, changes of age, and reasons to see former details. Addresses contain no names."""

import json
from typing import Final

from services.intake.facts.case.topic import CASE
from services.intake.facts.identity import actions, events, rules, schemas
from services.intake.facts.identity.actions import former_details
from shared.http import Call, Media, Reply, bind, get, post, route
from shared.runtime.topics import Topic

_PERSON = f"{CASE}/person"


@route("GET", f"{CASE}/birth-month", action="birth_month.read", reply=Media("application/json", schemas.BirthMonth))
def read_birth_month(call: Call) -> Reply:
    """Return the month of the person's birth, only to a service that calculates a child's limits."""
    month = actions.birth_month_of(call.session, call.case, by=call.principal)
    return Reply(text=json.dumps({"month": month}).encode(), headers={"Content-Type": "application/json"})


_CHANGES: Final = f"{CASE}/age-changes"


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
        post("person.index", "/v1/searches/index", actions.index_anew, reply=schemas.IndexedCases),
        post(
            "former_details.search",
            "/v1/searches/former-names",
            former_details.give_reason_to_search,
            reply=schemas.FormerNamesSearched,
        ),
        get("person.read", _PERSON, actions.read_person, reply=schemas.Person),
    ),
    events=events.EVENTS,
)
