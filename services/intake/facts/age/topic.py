"""Routes for changes of age that a second person confirms."""

from typing import Final

from services.intake.facts.age import actions, rules, schemas
from services.intake.facts.case.models import current_version
from services.intake.facts.case.topic import CASE
from shared.http import Call, CallWith, Reply, route
from shared.runtime.topics import Topic

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


TOPIC: Final = Topic(__name__, access=rules.ACCESS)
