"""Routes for services and urgent needs."""

from typing import Final

from services.support.case.routes import CASE
from services.support.delivery import actions, schemas
from shared.http import CallWith, Reply, post, route


@route("POST", f"{CASE}/services", action="service.record", body=schemas.DeliverService, creates=True, part="services")
def deliver_service(call: CallWith[schemas.DeliverService]) -> Reply:
    """Record a service that was given."""
    made = actions.deliver_service(call.session, call.case, call.command, call.now, by=call.principal)
    return Reply(status=201, created=made.id, alike=made.alike, version=made.version)


ROUTES: Final = (
    post("service.correct", f"{CASE}/services/<uuid:service>/correction", actions.correct_service, creates=True),
    post("urgent_need.note", f"{CASE}/needs", actions.note_need, creates=True),
    post("urgent_need.correct", f"{CASE}/needs/<uuid:need>/correction", actions.correct_need, creates=True),
)
