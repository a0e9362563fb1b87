"""The route for a reconsideration."""

from services.legal.case.routes import CASE
from services.legal.reconsideration import actions, schemas
from shared.http import CallWith, Reply, route


@route(
    "POST",
    f"{CASE}/reconsiderations",
    action="reconsideration.request",
    body=schemas.RequestReconsideration,
    creates=True,
)
def request_reconsideration(call: CallWith[schemas.RequestReconsideration]) -> Reply:
    """Ask an authority to look at its negative decision again."""
    created, version = actions.request_reconsideration(
        call.session, call.case, call.command, call.now, by=call.principal
    )
    return Reply(status=201, created=created, version=version)


@route(
    "POST",
    f"{CASE}/reconsiderations/<uuid:reconsideration>/correction",
    action="reconsideration.correct",
    body=schemas.CorrectReconsideration,
    creates=True,
)
def correct_reconsideration(call: CallWith[schemas.CorrectReconsideration]) -> Reply:
    """Put a request right, or take it back; what it said before is kept, and the window follows."""
    request = call.path["reconsideration"]
    created, version = actions.correct_reconsideration(
        call.session, call.case, request, call.command, call.now, by=call.principal
    )
    return Reply(status=201, created=created, version=version)
