"""Routes for entitlements."""

from typing import Final

from services.support.case.routes import CASE
from services.support.entitlement import actions, schemas
from shared.http import CallWith, Reply, route

_ENTITLEMENT: Final = f"{CASE}/entitlements/<uuid:entitlement>"


@route(
    "POST",
    f"{CASE}/entitlements",
    action="entitlement.record",
    body=schemas.RecordEntitlement,
    creates=True,
    part="entitlements",
)
def record_entitlement(call: CallWith[schemas.RecordEntitlement]) -> Reply:
    """Record that something began which the person may have by the profile of their case."""
    entitlement, version = actions.record_entitlement(
        call.session, call.case, call.command, call.now, by=call.principal
    )
    return Reply(status=201, created=entitlement, version=version)


@route("POST", f"{_ENTITLEMENT}/asking", action="entitlement.ask", body=schemas.AskForLonger, creates=True)
def ask_for_longer(call: CallWith[schemas.AskForLonger]) -> Reply:
    """Record that somebody asked for it to be prolonged."""
    entitlement = call.path["entitlement"]
    version = actions.ask_for_longer(call.session, call.case, entitlement, call.command, call.now, by=call.principal)
    return Reply(status=201, created=entitlement, version=version)


@route(
    "POST", f"{_ENTITLEMENT}/prolonging", action="entitlement.prolong", body=schemas.ProlongEntitlement, creates=True
)
def prolong(call: CallWith[schemas.ProlongEntitlement]) -> Reply:
    """Record that it was prolonged, and to which day."""
    entitlement = call.path["entitlement"]
    version = actions.prolong(call.session, call.case, entitlement, call.command, call.now, by=call.principal)
    return Reply(status=201, created=entitlement, version=version)


@route("POST", f"{_ENTITLEMENT}/ending", action="entitlement.end", body=schemas.EndEntitlement, creates=True)
def end_entitlement(call: CallWith[schemas.EndEntitlement]) -> Reply:
    """Record that it ended; nothing ends by itself."""
    entitlement = call.path["entitlement"]
    version = actions.end_entitlement(call.session, call.case, entitlement, call.command, call.now, by=call.principal)
    return Reply(status=201, created=entitlement, version=version)


@route(
    "POST", f"{_ENTITLEMENT}/correction", action="entitlement.correct", body=schemas.CorrectEntitlement, creates=True
)
def correct_entitlement(call: CallWith[schemas.CorrectEntitlement]) -> Reply:
    """Put an entitlement right, or take it back; what it said before is kept."""
    correction, version = actions.correct_entitlement(
        call.session, call.case, call.path["entitlement"], call.command, call.now, by=call.principal
    )
    return Reply(status=201, created=correction, version=version)
