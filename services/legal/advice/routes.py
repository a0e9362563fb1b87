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


@route(
    "POST",
    f"{CASE}/advice/<uuid:advice>/follow-ups",
    action="advice.follow_up",
    body=schemas.PlanFollowUp,
    creates=True,
    part="follow_ups",
)
def plan_follow_up(call: CallWith[schemas.PlanFollowUp]) -> Reply:
    """Record what is to be done after advice, and by which day."""
    advice = call.path["advice"]
    created, version = actions.plan_follow_up(
        call.session, call.case, advice, call.command, call.now, by=call.principal
    )
    return Reply(status=201, created=created, version=version)


@route(
    "POST",
    f"{CASE}/follow-ups/<uuid:follow_up>/completion",
    action="advice.follow_up",
    body=schemas.CompleteFollowUp,
    creates=True,
    part="follow_ups/{follow_up}",
)
def complete_follow_up(call: CallWith[schemas.CompleteFollowUp]) -> Reply:
    """Record that what was to be done is done."""
    follow_up = call.path["follow_up"]
    created, version = actions.complete_follow_up(call.session, call.case, follow_up, call.command, call.now)
    return Reply(status=201, created=created, version=version)


@route(
    "POST",
    f"{CASE}/advice-requests",
    action="advice.request",
    body=schemas.RequestAdvice,
    creates=True,
    part="advice_requests",
)
def request_advice(call: CallWith[schemas.RequestAdvice]) -> Reply:
    """Record that somebody waits for advice, and why it can't be had now."""
    created, version = actions.request_advice(call.session, call.case, call.command, call.now, by=call.principal)
    return Reply(status=201, created=created, version=version)


@route(
    "POST",
    f"{CASE}/advice-requests/<uuid:asked>/end",
    action="advice.end_request",
    body=schemas.EndRequest,
    creates=True,
    part="advice_requests/{asked}",
)
def end_request(call: CallWith[schemas.EndRequest]) -> Reply:
    """Record how a request for advice ended."""
    request = call.path["asked"]
    created, version = actions.end_request(call.session, call.case, request, call.command, call.now)
    return Reply(status=201, created=created, version=version)
