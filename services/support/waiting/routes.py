"""Routes for requests for counselling."""

from typing import Final

from services.support.case.routes import CASE
from services.support.waiting import actions, schemas
from shared.http import Call, CallWith, Reply, route

_REQUESTS: Final = f"{CASE}/counselling-requests"
_REQUEST: Final = f"{_REQUESTS}/<uuid:counselling_request>"


@route(
    "POST",
    _REQUESTS,
    action="counselling.request",
    body=schemas.RequestCounselling,
    creates=True,
    part="counselling_requests",
)
def request_counselling(call: CallWith[schemas.RequestCounselling]) -> Reply:
    """Record that the person asks for counselling, why they wait, and what they have meanwhile."""
    request, version = actions.request_counselling(call.session, call.case, call.command, call.now, by=call.principal)
    return Reply(status=201, created=request, version=version)


@route("POST", f"{_REQUEST}/answer", action="counselling.answer_request", body=schemas.AnswerRequest, creates=True)
def answer_request(call: CallWith[schemas.AnswerRequest]) -> Reply:
    """Record what became of a request, or why it waits now."""
    request = call.path["counselling_request"]
    version = actions.answer_request(call.session, call.case, request, call.command, call.now, by=call.principal)
    return Reply(status=201, created=request, version=version)


@route(
    "POST", f"{_REQUEST}/correction", action="counselling.correct_request", body=schemas.CorrectRequest, creates=True
)
def correct_request(call: CallWith[schemas.CorrectRequest]) -> Reply:
    """Put a request right, or take it back; what it said before is kept."""
    correction, version = actions.correct_request(
        call.session, call.case, call.path["counselling_request"], call.command, call.now, by=call.principal
    )
    return Reply(status=201, created=correction, version=version)


@route("GET", "/v1/counselling-requests", action="counselling.waiting", reply=schemas.CounsellingQueue)
def read_counselling_queue(call: Call) -> Reply:
    """Return who waits for counselling in the caller's cases, the longest wait first."""
    return Reply(actions.waiting_for(call.session, call.now, by=call.principal))
