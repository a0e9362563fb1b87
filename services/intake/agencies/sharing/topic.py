"""Routes for sharing without consent."""

from typing import Final

from services.intake.agencies.sharing import actions, events, rules, schemas
from services.intake.facts.case.models import current_version
from services.intake.facts.case.topic import CASE
from shared.http import Call, CallWith, Reply, post, route
from shared.runtime.topics import Topic

SHARINGS: Final = f"{CASE}/sharings"


@route("GET", SHARINGS, action="sharing.read", reply=schemas.SharingList)
def read_sharings(call: Call) -> Reply:
    """List a case's sharings without consent, in every state."""
    sharings = actions.sharings_of(call.session, call.case)
    return Reply({"sharings": sharings}, version=current_version(call.session, call.case))


@route(
    "POST",
    f"{SHARINGS}/<uuid:sharing>/told",
    action="sharing.propose",
    body=schemas.RecordPersonTold,
    changes=True,
    reply=schemas.ChangedSharing,
)
def record_person_told(call: CallWith[schemas.RecordPersonTold]) -> Reply:
    """Record that the person was informed of a sharing without consent."""
    sharing_id = call.path["sharing"]
    actions.record_person_told(call.session, call.case, sharing_id, call.command.told_on, call.now)
    return Reply({"id": sharing_id})


@route(
    "POST",
    f"{SHARINGS}/<uuid:sharing>/decision",
    action="sharing.decide",
    body=schemas.DecideSharing,
    changes=True,
    reply=schemas.ChangedSharing,
)
def decide_sharing(call: CallWith[schemas.DecideSharing]) -> Reply:
    """Approve or refuse a sharing without consent, as a second person."""
    sharing_id, approves = call.path["sharing"], call.command.approves
    actions.decide_sharing(call.session, call.case, sharing_id, call.now, by=call.principal, approves=approves)
    return Reply({"id": sharing_id})


TOPIC: Final = Topic(
    __name__,
    routes=(
        post("sharing.propose", SHARINGS, actions.propose_sharing, creates=True),
        post("sharing.propose", f"{SHARINGS}/<uuid:sharing>/correction", actions.correct_sharing, creates=True),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
    reads=events.READS,
    projections=actions.PROJECTIONS,
    timers=actions.ON_TIMER,
)
