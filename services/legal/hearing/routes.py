"""Routes for hearings; who has no part in the matter is told that there is none."""

from typing import Final

from services.legal.hearing import actions, schemas
from services.legal.matter_file.routes import FILE
from shared.http import Call, CallWith, Reply, route

_HEARINGS: Final = f"{FILE}/hearings"
_HEARING: Final = f"{_HEARINGS}/<uuid:hearing>"


@route("GET", _HEARINGS, action="matter_file.read", reply=schemas.HearingList)
def read_hearings(call: Call) -> Reply:
    """Return the hearings of a matter, with the measures that protect the person there."""
    return Reply(actions.hearings_shown(call.session, call.case, call.path["file"], by=call.principal))


@route("POST", _HEARINGS, action="matter_file.change", body=schemas.SetHearing, creates=True)
def set_hearing(call: CallWith[schemas.SetHearing]) -> Reply:
    """Record a hearing; its day stands on the work list until somebody says what became of it."""
    created = actions.set_hearing(call.session, call.case, call.path["file"], call.command, by=call.principal)
    return Reply(status=201, created=created)


@route("POST", f"{_HEARING}/move", action="matter_file.change", body=schemas.MoveHearing, creates=True)
def move_hearing(call: CallWith[schemas.MoveHearing]) -> Reply:
    """Put a hearing on another day; the old one is gone from the work list."""
    file, hearing = call.path["file"], call.path["hearing"]
    created = actions.move(call.session, call.case, file, hearing, call.command, call.now, by=call.principal)
    return Reply(status=201, created=created)


@route("POST", f"{_HEARING}/end", action="matter_file.change", body=schemas.EndHearing, creates=True)
def end_hearing(call: CallWith[schemas.EndHearing]) -> Reply:
    """Record that a hearing was held, adjourned, or fell through."""
    file, hearing = call.path["file"], call.path["hearing"]
    created = actions.end(call.session, call.case, file, hearing, call.command, call.now, by=call.principal)
    return Reply(status=201, created=created)


@route("POST", f"{_HEARING}/preparation", action="matter_file.change", body=schemas.PrepareHearing, creates=True)
def prepare_hearing(call: CallWith[schemas.PrepareHearing]) -> Reply:
    """Record what the person needs at a hearing, and what is arranged."""
    file, hearing = call.path["file"], call.path["hearing"]
    created = actions.prepare(call.session, call.case, file, hearing, call.command, by=call.principal)
    return Reply(status=201, created=created)


@route("POST", f"{_HEARING}/measures", action="matter_file.change", body=schemas.RecordMeasure, creates=True)
def record_measure(call: CallWith[schemas.RecordMeasure]) -> Reply:
    """Record that a measure was asked for, granted, refused or used, and whether the person wants it."""
    file, hearing = call.path["file"], call.path["hearing"]
    created = actions.record_measure(call.session, call.case, file, hearing, call.command, call.now, by=call.principal)
    return Reply(status=201, created=created)


@route("POST", f"{_HEARING}/correction", action="matter_file.change", body=schemas.CorrectHearing, creates=True)
def correct_hearing(call: CallWith[schemas.CorrectHearing]) -> Reply:
    """Put a hearing right that was recorded wrongly, or take it back; the work list follows."""
    file, hearing = call.path["file"], call.path["hearing"]
    created = actions.correct_hearing(call.session, call.case, file, hearing, call.command, call.now, by=call.principal)
    return Reply(status=201, created=created)


@route(
    "POST",
    f"{_HEARING}/measures/<uuid:measure>/correction",
    action="matter_file.change",
    body=schemas.CorrectMeasure,
    creates=True,
)
def correct_measure(call: CallWith[schemas.CorrectMeasure]) -> Reply:
    """Put right what was recorded of a measure, or take it back."""
    file, hearing, measure = call.path["file"], call.path["hearing"], call.path["measure"]
    created = actions.correct_measure(
        call.session, call.case, file, hearing, measure, call.command, call.now, by=call.principal
    )
    return Reply(status=201, created=created)
