"""The route for services."""

from services.support.case.routes import CASE
from services.support.delivery import actions, schemas
from shared.http import CallWith, Reply, route


@route("POST", f"{CASE}/services", action="service.record", body=schemas.DeliverService, creates=True)
def deliver_service(call: CallWith[schemas.DeliverService]) -> Reply:
    """Record a service that was given."""
    delivery, version = actions.deliver_service(call.session, call.case, call.command, call.now)
    return Reply(status=201, created=delivery, version=version)
