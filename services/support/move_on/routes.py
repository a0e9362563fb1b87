"""Routes for moving on."""

from typing import Final

from services.support.case.routes import CASE
from services.support.move_on import actions, schemas
from shared.http import Call, CallWith, Reply, route

_TRANSITION: Final = f"{CASE}/transitions/<uuid:transition>"


@route(
    "POST",
    f"{CASE}/transitions",
    action="transition.agree",
    body=schemas.AgreeTransition,
    creates=True,
    part="transitions",
)
def agree_transition(call: CallWith[schemas.AgreeTransition]) -> Reply:
    """Record a plan for moving on: what goes on with whom, and when somebody asks how they are."""
    transition, version = actions.agree_transition(call.session, call.case, call.command, call.now, by=call.principal)
    return Reply(status=201, created=transition, version=version)


@route("POST", f"{_TRANSITION}/check-ins", action="transition.check_in", body=schemas.TryCheckIn, creates=True)
def try_check_in(call: CallWith[schemas.TryCheckIn]) -> Reply:
    """Record an attempt to ask how they are, by a way that is safe."""
    transition = call.path["transition"]
    check_in, version = actions.try_check_in(
        call.session, call.case, transition, call.command, call.now, by=call.principal
    )
    return Reply(status=201, created=check_in, version=version)


@route("POST", f"{_TRANSITION}/closing", action="transition.close", body=schemas.CloseTransition, creates=True)
def close_transition(call: CallWith[schemas.CloseTransition]) -> Reply:
    """Ask after them no more: at once, or by a second person where contact was lost or the risk is high."""
    transition = call.path["transition"]
    version = actions.close_transition(call.session, call.case, transition, call.command, call.now, by=call.principal)
    return Reply(status=201, created=transition, version=version)


@route("POST", f"{_TRANSITION}/return", action="transition.return", creates=True)
def come_back(call: Call) -> Reply:
    """Record that they came back; nobody asks for their story again."""
    transition = call.path["transition"]
    version = actions.come_back(call.session, call.case, transition, call.now, by=call.principal)
    return Reply(status=201, created=transition, version=version)


@route("POST", f"{_TRANSITION}/correction", action="transition.correct", body=schemas.CorrectTransition, creates=True)
def correct_transition(call: CallWith[schemas.CorrectTransition]) -> Reply:
    """Put a plan for moving on right, or take it back; what it said before is kept."""
    correction, version = actions.correct_transition(
        call.session, call.case, call.path["transition"], call.command, call.now, by=call.principal
    )
    return Reply(status=201, created=correction, version=version)


@route(
    "POST",
    f"{CASE}/check-ins/<uuid:check_in>/correction",
    action="check_in.correct",
    body=schemas.CorrectCheckIn,
    creates=True,
)
def correct_check_in(call: CallWith[schemas.CorrectCheckIn]) -> Reply:
    """Put an attempt to ask after them right, or take it back; what it said before is kept."""
    correction, version = actions.correct_check_in(
        call.session, call.case, call.path["check_in"], call.command, call.now, by=call.principal
    )
    return Reply(status=201, created=correction, version=version)
