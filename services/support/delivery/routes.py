"""Routes for services and urgent needs."""

from services.support.case.routes import CASE
from services.support.delivery import actions, schemas
from shared.http import CallWith, Reply, route


@route("POST", f"{CASE}/services", action="service.record", body=schemas.DeliverService, creates=True, part="services")
def deliver_service(call: CallWith[schemas.DeliverService]) -> Reply:
    """Record a service that was given."""
    made = actions.deliver_service(call.session, call.case, call.command, call.now, by=call.principal)
    return Reply(status=201, created=made.id, alike=made.alike, version=made.version)


@route(
    "POST",
    f"{CASE}/services/<uuid:service>/correction",
    action="service.correct",
    body=schemas.CorrectService,
    creates=True,
)
def correct_service(call: CallWith[schemas.CorrectService]) -> Reply:
    """Put a service right, or take it back; what it said before is kept."""
    correction, version = actions.correct_service(
        call.session, call.case, call.path["service"], call.command, call.now, by=call.principal
    )
    return Reply(status=201, created=correction, version=version)


@route("POST", f"{CASE}/needs", action="urgent_need.note", body=schemas.NoteNeed, creates=True)
def note_need(call: CallWith[schemas.NoteNeed]) -> Reply:
    """Record a need that can't wait."""
    need, version = actions.note_need(call.session, call.case, call.command, call.now, by=call.principal)
    return Reply(status=201, created=need, version=version)


@route(
    "POST", f"{CASE}/needs/<uuid:need>/correction", action="urgent_need.correct", body=schemas.CorrectNeed, creates=True
)
def correct_need(call: CallWith[schemas.CorrectNeed]) -> Reply:
    """Put an urgent need right, or take it back; what it said before is kept."""
    correction, version = actions.correct_need(
        call.session, call.case, call.path["need"], call.command, call.now, by=call.principal
    )
    return Reply(status=201, created=correction, version=version)
