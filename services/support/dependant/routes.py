"""Routes for dependants."""

from typing import Final

from services.support.case.routes import CASE
from services.support.dependant import actions, schemas
from shared.http import CallWith, Reply, route

_DEPENDANT: Final = f"{CASE}/dependants/<uuid:dependant>"


@route(
    "POST",
    f"{CASE}/dependants",
    action="dependant.record",
    body=schemas.RecordDependant,
    creates=True,
    part="dependants",
)
def record_dependant(call: CallWith[schemas.RecordDependant]) -> Reply:
    """Record a child or somebody else who depends on the person."""
    dependant, version = actions.record_dependant(call.session, call.case, call.command, call.now, by=call.principal)
    return Reply(status=201, created=dependant, version=version)


@route("POST", f"{_DEPENDANT}/check", action="dependant.check", body=schemas.CheckDependant, creates=True)
def check_dependant(call: CallWith[schemas.CheckDependant]) -> Reply:
    """Record that somebody saw how a dependant is, and by when that is done again."""
    dependant = call.path["dependant"]
    version = actions.check_dependant(call.session, call.case, dependant, call.command, call.now, by=call.principal)
    return Reply(status=201, created=dependant, version=version)


@route("POST", f"{_DEPENDANT}/correction", action="dependant.correct", body=schemas.CorrectDependant, creates=True)
def correct_dependant(call: CallWith[schemas.CorrectDependant]) -> Reply:
    """Put a dependant right, or take them back; what it said before is kept."""
    correction, version = actions.correct_dependant(
        call.session, call.case, call.path["dependant"], call.command, call.now, by=call.principal
    )
    return Reply(status=201, created=correction, version=version)
