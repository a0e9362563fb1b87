"""Routes for advice."""

from services.legal.advice import actions, schemas
from services.legal.case.routes import CASE
from shared.http import CallWith, Reply, route


@route("POST", f"{CASE}/advice", action="advice.record", body=schemas.RecordAdvice, creates=True, part="advice")
def record_advice(call: CallWith[schemas.RecordAdvice]) -> Reply:
    """Record advice, or why there was none."""
    created, version = actions.record_advice(call.session, call.case, call.command, call.now, by=call.principal)
    return Reply(status=201, created=created, version=version)


@route(
    "POST",
    f"{CASE}/advice/<uuid:advice>/correction",
    action="advice.correct",
    body=schemas.CorrectAdvice,
    creates=True,
)
def correct_advice(call: CallWith[schemas.CorrectAdvice]) -> Reply:
    """Put advice right, or take it back; what it said before is kept."""
    advice = call.path["advice"]
    created, version = actions.correct_advice(
        call.session, call.case, advice, call.command, call.now, by=call.principal
    )
    return Reply(status=201, created=created, version=version)
