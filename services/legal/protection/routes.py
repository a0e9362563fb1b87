"""Routes for leave, legal aid and non-punishment; who has no part in the matter is told that there is none."""

from typing import Final

from services.legal.matter_file.routes import FILE
from services.legal.protection import actions, schemas
from shared.http import Call, CallWith, Reply, route

_PROTECTIONS: Final = f"{FILE}/protections"


@route("GET", _PROTECTIONS, action="matter_file.read", reply=schemas.ProtectionList)
def read_protections(call: Call) -> Reply:
    """Return the leave, legal aid and non-punishment of a matter, with where each stands."""
    return Reply(actions.protections_shown(call.session, call.case, call.path["file"], by=call.principal))


@route("POST", _PROTECTIONS, action="matter_file.change", body=schemas.RecordProtection, creates=True)
def record_protection(call: CallWith[schemas.RecordProtection]) -> Reply:
    """Record leave to stay, legal aid, or that the person must not be punished, on a basis of the law."""
    file = call.path["file"]
    created = actions.record_protection(call.session, call.case, file, call.command, call.now, by=call.principal)
    return Reply(status=201, created=created)


@route(
    "POST",
    f"{_PROTECTIONS}/<uuid:protection>/steps",
    action="matter_file.change",
    body=schemas.RecordProtectionStep,
    creates=True,
)
def record_protection_step(call: CallWith[schemas.RecordProtectionStep]) -> Reply:
    """Record what became of it: applied, granted until a day, refused, renewed, ended."""
    file, protection = call.path["file"], call.path["protection"]
    created = actions.record_step(call.session, call.case, file, protection, call.command, call.now, by=call.principal)
    return Reply(status=201, created=created)


@route(
    "POST",
    f"{_PROTECTIONS}/<uuid:protection>/correction",
    action="matter_file.change",
    body=schemas.CorrectProtection,
    creates=True,
)
def correct_protection(call: CallWith[schemas.CorrectProtection]) -> Reply:
    """Put right on which basis something protects the person, or take it back."""
    file, of = call.path["file"], call.path["protection"]
    created = actions.correct_protection(call.session, call.case, file, of, call.command, call.now, by=call.principal)
    return Reply(status=201, created=created)


@route(
    "POST",
    f"{_PROTECTIONS}/<uuid:protection>/steps/<uuid:step>/correction",
    action="matter_file.change",
    body=schemas.CorrectProtectionStep,
    creates=True,
)
def correct_protection_step(call: CallWith[schemas.CorrectProtectionStep]) -> Reply:
    """Put right what became of it, or take that back; what waits on the work list follows."""
    file, of, step = call.path["file"], call.path["protection"], call.path["step"]
    created = actions.correct_step(call.session, call.case, file, of, step, call.command, call.now, by=call.principal)
    return Reply(status=201, created=created)
