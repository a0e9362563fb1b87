"""Routes for access requests, annotations, corrections and disclosures."""

from typing import Final
from uuid import UUID

from services.intake.access.rights import actions, events, rules, schemas
from services.intake.facts.case.topic import CASE
from shared.http import Call, CallWith, Reply, post, route
from shared.http.paging import PAGE, read_page
from shared.runtime.topics import Topic

_REQUESTS = f"{CASE}/access-requests"
_REQUEST = f"{_REQUESTS}/<uuid:access_request>"
_DISCLOSURES = f"{CASE}/disclosures"


@route(
    "POST",
    f"{_REQUEST}/check",
    action="access_request.check",
    body=schemas.CheckRequest,
    changes=True,
    reply=schemas.CheckedRequest,
)
def check_access_request(call: CallWith[schemas.CheckRequest]) -> Reply:
    """Record whether the person, asked in private, is free of coercion; that counts for 7 days."""
    request_id: UUID = call.path["access_request"]
    actions.check_access_request(call.session, call.case, request_id, call.command, call.now, by=call.principal)
    return Reply({"id": request_id, "finding": call.command.finding})


@route(
    "POST",
    f"{_REQUEST}/review",
    action="access_request.review",
    body=schemas.ReviewPart,
    changes=True,
    reply=schemas.ReviewedPart,
)
def review_access_request(call: CallWith[schemas.ReviewPart]) -> Reply:
    """Record whether what concerns third parties, or is privileged, is part of the copy."""
    request_id: UUID = call.path["access_request"]
    actions.review_access_request(call.session, call.case, request_id, call.command, call.now, by=call.principal)
    return Reply({"id": request_id, **call.command.stored()})


@route("GET", _REQUESTS, action="access_request.read", query=PAGE, reply=schemas.AccessRequestPage)
def list_access_requests(call: Call) -> Reply:
    """List a case's access requests, the earliest recorded first."""
    after, limit = read_page(call.query, UUID)
    page, following = actions.access_requests_of(call.session, call.case, after, limit)
    return Reply({"access_requests": page, "next": following})


@route(
    "POST",
    f"{_DISCLOSURES}/<uuid:disclosure>/decision",
    action="disclosure.decide",
    body=schemas.DecideDemand,
    changes=True,
    reply=schemas.DecidedDemand,
)
def decide_demand(call: CallWith[schemas.DecideDemand]) -> Reply:
    """Record what was decided on a demand; to give something is proposed, and waits for a second person."""
    disclosure_id: UUID = call.path["disclosure"]
    state = actions.decide_demand(call.session, call.case, disclosure_id, call.command, call.now, by=call.principal)
    return Reply({"id": disclosure_id, "decision": call.command.decision, "state": state})


@route(
    "POST",
    f"{_DISCLOSURES}/<uuid:disclosure>/confirmation",
    action="disclosure.confirm",
    body=schemas.ConfirmDemand,
    changes=True,
    reply=schemas.ConfirmedDemand,
)
def confirm_demand(call: CallWith[schemas.ConfirmDemand]) -> Reply:
    """Confirm, as a second person, that the classes that are proposed may be given, for 30 days; or refuse it."""
    disclosure_id: UUID = call.path["disclosure"]
    state = actions.confirm_demand(call.session, call.case, disclosure_id, call.command, call.now, by=call.principal)
    return Reply({"id": disclosure_id, "state": state})


@route("GET", _DISCLOSURES, action="disclosure.read", query=PAGE, reply=schemas.DemandPage)
def list_demands(call: Call) -> Reply:
    """List the demands about a case, the earliest recorded first."""
    after, limit = read_page(call.query, UUID)
    page, following = actions.demands_of(call.session, call.case, after, limit)
    return Reply({"disclosures": page, "next": following})


TOPIC: Final = Topic(
    __name__,
    routes=(
        post("access_request.record", _REQUESTS, actions.record_access_request, creates=True),
        post("record.move", f"{CASE}/moves", actions.move_record, creates=True),
        post("annotation.record", f"{CASE}/annotations", actions.record_annotation, creates=True, part="annotations"),
        post("disclosure.record", _DISCLOSURES, actions.record_demand, creates=True),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
    timers=actions.ON_TIMER,
)
