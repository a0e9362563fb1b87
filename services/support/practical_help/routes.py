"""Routes for practical help."""

from typing import Final

from services.support.case.routes import CASE
from services.support.practical_help import actions, schemas
from shared.http import Call, CallWith, Reply, route

_HELP: Final = f"{CASE}/practical-help"


@route("POST", _HELP, action="practical_help.ask", body=schemas.AskForHelp, creates=True, part="practical_help")
def ask_for_help(call: CallWith[schemas.AskForHelp]) -> Reply:
    """Record something practical that the person asks for."""
    asked, version = actions.ask_for_help(call.session, call.case, call.command, call.now, by=call.principal)
    return Reply(status=201, created=asked, version=version)


@route(
    "POST",
    f"{_HELP}/<uuid:help>/progress",
    action="practical_help.progress",
    body=schemas.ProgressHelp,
    creates=True,
)
def progress_help(call: CallWith[schemas.ProgressHelp]) -> Reply:
    """Record that it was tried, given, or not given and why."""
    asked = call.path["help"]
    version = actions.progress_help(call.session, call.case, asked, call.command, call.now, by=call.principal)
    return Reply(status=201, created=asked, version=version)


@route(
    "POST",
    f"{_HELP}/<uuid:help>/correction",
    action="practical_help.correct",
    body=schemas.CorrectHelp,
    creates=True,
)
def correct_help(call: CallWith[schemas.CorrectHelp]) -> Reply:
    """Put practical help right, or take it back; what it said before is kept."""
    correction, version = actions.correct_help(
        call.session, call.case, call.path["help"], call.command, call.now, by=call.principal
    )
    return Reply(status=201, created=correction, version=version)


@route("GET", "/v1/practical-help", action="practical_help.queue", reply=schemas.HelpQueue)
def read_help_queue(call: Call) -> Reply:
    """Return the practical help that waits in the caller's cases."""
    return Reply(actions.queue_of(call.session, call.now, by=call.principal))
