"""Routes for proceedings; who has no part in the matter is told that there is none."""

from typing import Final

from services.legal.matter_file.routes import FILE
from services.legal.proceeding import actions, schemas
from shared.http import Call, CallWith, Reply, route

_PROCEEDINGS: Final = f"{FILE}/proceedings"
_PROCEEDING: Final = f"{_PROCEEDINGS}/<uuid:proceeding>"


@route("GET", _PROCEEDINGS, action="matter_file.read", reply=schemas.ProceedingList)
def read_proceedings(call: Call) -> Reply:
    """Return the proceedings of a matter, with where each defendant stands."""
    return Reply(actions.proceedings_shown(call.session, call.case, call.path["file"], by=call.principal))


@route("POST", _PROCEEDINGS, action="matter_file.change", body=schemas.RecordProceeding, creates=True)
def record_proceeding(call: CallWith[schemas.RecordProceeding]) -> Reply:
    """Record that proceedings began, and the person's role in them."""
    file = call.path["file"]
    created = actions.record_proceeding(call.session, call.case, file, call.command, call.now, by=call.principal)
    return Reply(status=201, created=created)


@route("POST", f"{_PROCEEDING}/defendants", action="matter_file.change", body=schemas.AddDefendant, creates=True)
def add_defendant(call: CallWith[schemas.AddDefendant]) -> Reply:
    """Add somebody whom the proceedings are against, with what they are charged with."""
    file, proceeding = call.path["file"], call.path["proceeding"]
    created = actions.add_defendant(call.session, call.case, file, proceeding, call.command, by=call.principal)
    return Reply(status=201, created=created)


@route("POST", f"{_PROCEEDING}/steps", action="matter_file.change", body=schemas.RecordProceedingStep, creates=True)
def record_proceeding_step(call: CallWith[schemas.RecordProceedingStep]) -> Reply:
    """Record a step of an authority or a court, about one defendant or about all of it, in any order."""
    file, proceeding = call.path["file"], call.path["proceeding"]
    created = actions.record_step(call.session, call.case, file, proceeding, call.command, call.now, by=call.principal)
    return Reply(status=201, created=created)


@route("POST", f"{_PROCEEDING}/warning", action="matter_file.change", body=schemas.WarnPerson, creates=True)
def warn_person(call: CallWith[schemas.WarnPerson]) -> Reply:
    """Record that the person, who is accused, was warned of what a guilty plea can end."""
    file, proceeding = call.path["file"], call.path["proceeding"]
    created = actions.warn(call.session, call.case, file, proceeding, call.command, call.now, by=call.principal)
    return Reply(status=201, created=created)


@route("POST", f"{_PROCEEDING}/correction", action="matter_file.change", body=schemas.CorrectProceeding, creates=True)
def correct_proceeding(call: CallWith[schemas.CorrectProceeding]) -> Reply:
    """Put proceedings right, or take them back; what they said before is kept in the matter's file."""
    file, of = call.path["file"], call.path["proceeding"]
    created = actions.correct_proceeding(call.session, call.case, file, of, call.command, call.now, by=call.principal)
    return Reply(status=201, created=created)


@route(
    "POST",
    f"{_PROCEEDING}/defendants/<uuid:defendant>/correction",
    action="matter_file.change",
    body=schemas.CorrectDefendant,
    creates=True,
)
def correct_defendant(call: CallWith[schemas.CorrectDefendant]) -> Reply:
    """Put right who a defendant is or what they are charged with, or take them back."""
    file, of, defendant = call.path["file"], call.path["proceeding"], call.path["defendant"]
    created = actions.correct_defendant(
        call.session, call.case, file, of, defendant, call.command, call.now, by=call.principal
    )
    return Reply(status=201, created=created)


@route(
    "POST",
    f"{_PROCEEDING}/steps/<uuid:step>/correction",
    action="matter_file.change",
    body=schemas.CorrectProceedingStep,
    creates=True,
)
def correct_proceeding_step(call: CallWith[schemas.CorrectProceedingStep]) -> Reply:
    """Put a step right, or take it back; where each defendant stands follows."""
    file, of, step = call.path["file"], call.path["proceeding"], call.path["step"]
    created = actions.correct_step(call.session, call.case, file, of, step, call.command, call.now, by=call.principal)
    return Reply(status=201, created=created)
