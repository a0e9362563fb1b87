"""Routes for matters."""

from typing import Final

from services.legal.case.routes import CASE
from services.legal.matter import actions, schemas
from shared.http import Call, CallWith, Reply, route

_MATTER: Final = f"{CASE}/matters/<uuid:matter>"


@route("POST", f"{CASE}/matters", action="matter.open", body=schemas.OpenMatter, creates=True, part="matters")
def open_matter(call: CallWith[schemas.OpenMatter]) -> Reply:
    """Open a matter towards a remedy of the jurisdiction."""
    created, version = actions.open_matter(call.session, call.case, call.command, call.now, by=call.principal)
    return Reply(status=201, created=created, version=version)


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
    limitation, version = actions.record_application(
        call.session, call.case, matter, call.command, call.now, by=call.principal
    )
    return Reply({"id": matter, "status": "applied", "limitation": limitation}, version=version)


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
    version = actions.record_decision(call.session, call.case, call.path["matter"], call.command, call.now)
    return _changed(call, "decided", version)


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
    version = actions.record_payment(call.session, call.case, matter, call.command, call.now, by=call.principal)
    return _changed(call, "paid", version)


@route("POST", f"{_MATTER}/correction", action="matter.correct", body=schemas.CorrectMatter, creates=True)
def correct_matter(call: CallWith[schemas.CorrectMatter]) -> Reply:
    """Put a matter right, or take it back; what it said before is kept, and its limitation follows."""
    matter = call.path["matter"]
    created, version = actions.correct_matter(
        call.session, call.case, matter, call.command, call.now, by=call.principal
    )
    return Reply(status=201, created=created, version=version)


def _changed(call: Call, status: str, version: int) -> Reply:
    return Reply({"id": call.path["matter"], "status": status}, version=version)
