"""Routes for what the person wants of counselling."""

from typing import Final

from services.support.aim import actions, schemas
from services.support.case.routes import CASE
from shared.http import CallWith, Reply, route

_AIMS: Final = f"{CASE}/counselling-aims"
_AIM: Final = f"{_AIMS}/<uuid:aim>"


@route("POST", _AIMS, action="aim.state", body=schemas.StateAim, creates=True, part="counselling_aims")
def state_aim(call: CallWith[schemas.StateAim]) -> Reply:
    """Record what the person wants of counselling, by a code and in their words."""
    aim, version = actions.state_aim(call.session, call.case, call.command, call.now, by=call.principal)
    return Reply(status=201, created=aim, version=version)


@route("POST", f"{_AIM}/progress", action="aim.progress", body=schemas.SayProgress, creates=True)
def say_progress(call: CallWith[schemas.SayProgress]) -> Reply:
    """Record how it goes, as the person says; nothing follows from it."""
    aim = call.path["aim"]
    version = actions.say_progress(call.session, call.case, aim, call.command, call.now, by=call.principal)
    return Reply(status=201, created=aim, version=version)


@route("POST", f"{_AIM}/correction", action="aim.correct", body=schemas.CorrectAim, creates=True)
def correct_aim(call: CallWith[schemas.CorrectAim]) -> Reply:
    """Put an aim right, or take it back."""
    correction, version = actions.correct_aim(
        call.session, call.case, call.path["aim"], call.command, call.now, by=call.principal
    )
    return Reply(status=201, created=correction, version=version)
