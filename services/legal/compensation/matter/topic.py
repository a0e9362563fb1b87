"""Routes for matters."""

from typing import Final

from services.legal.cases.case.topic import CASE
from services.legal.compensation.matter import actions, events, rules, schemas
from shared.http import Call, CallWith, Reply, post, route
from shared.runtime.topics import Topic

_MATTER: Final = f"{CASE}/matters/<uuid:matter>"


@route(
    "POST",
    f"{_MATTER}/application",
    action="compensation.record",
    body=schemas.RecordApplication,
    changes=True,
    reply=schemas.AppliedMatter,
    part="matters/{matter}",
)
def record_application(call: CallWith[schemas.RecordApplication]) -> Reply:
    """Record that a claim was made, which meets the limitation of its remedy."""
    matter = call.path["matter"]
    limitation = actions.record_application(call.session, call.case, matter, call.command, call.now, by=call.principal)
    return Reply({"id": matter, "status": "applied", "limitation": limitation})


@route(
    "POST",
    f"{_MATTER}/decision",
    action="compensation.record",
    body=schemas.RecordDecision,
    changes=True,
    reply=schemas.ChangedMatter,
    part="matters/{matter}",
)
def record_decision(call: CallWith[schemas.RecordDecision]) -> Reply:
    """Record how a claim was decided."""
    actions.record_decision(call.session, call.case, call.path["matter"], call.command, call.now)
    return _changed(call, "decided")


@route(
    "POST",
    f"{_MATTER}/payment",
    action="compensation.record",
    body=schemas.RecordPayment,
    changes=True,
    reply=schemas.ChangedMatter,
    part="matters/{matter}",
)
def record_payment(call: CallWith[schemas.RecordPayment]) -> Reply:
    """Record that what was granted was paid."""
    matter = call.path["matter"]
    actions.record_payment(call.session, call.case, matter, call.command, call.now, by=call.principal)
    return _changed(call, "paid")


def _changed(call: Call, status: str) -> Reply:
    return Reply({"id": call.path["matter"], "status": status})


TOPIC: Final = Topic(
    __name__,
    routes=(
        post("matter.open", f"{CASE}/matters", actions.open_matter, creates=True, part="matters"),
        post("matter.correct", f"{_MATTER}/correction", actions.correct_matter, creates=True),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
)
