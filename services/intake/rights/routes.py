"""Routes for access requests, annotations, corrections and disclosures."""

from uuid import UUID

from services.intake.case.routes import CASE, PAGE, created, read_page
from services.intake.rights import actions, schemas
from shared.http import Call, Reply, route

_REQUESTS = f"{CASE}/access-requests"
_REQUEST = f"{_REQUESTS}/<uuid:access_request>"
_DISCLOSURES = f"{CASE}/disclosures"


@route("POST", _REQUESTS, action="access_request.record", body=schemas.RequestAccess, creates=True)
def record_access_request(call: Call) -> Reply:
    """Record that the person asks for a copy, or who saw their file."""
    return created(actions.record_access_request(call.session, call.case, call.body, call.now))


@route("POST", f"{_REQUEST}/check", action="access_request.check", body=schemas.CheckRequest, changes=True)
def check_access_request(call: Call) -> Reply:
    """Record whether the person, asked in private, is free of coercion; that counts for 7 days."""
    request_id: UUID = call.path["access_request"]
    version = actions.check_access_request(call.session, call.case, request_id, call.body, by=call.principal)
    return Reply({"id": str(request_id), "finding": call.body["finding"]}, version=version)


@route("POST", f"{_REQUEST}/review", action="access_request.review", body=schemas.ReviewPart, changes=True)
def review_access_request(call: Call) -> Reply:
    """Record whether what concerns third parties, or is privileged, is part of the copy."""
    request_id: UUID = call.path["access_request"]
    version = actions.review_access_request(call.session, call.case, request_id, call.body, by=call.principal)
    return Reply({"id": str(request_id), **call.body}, version=version)


@route("GET", _REQUESTS, action="access_request.read", query=PAGE)
def list_access_requests(call: Call) -> Reply:
    """List a case's access requests, the earliest recorded first."""
    after, limit = read_page(call.query, UUID)
    return Reply(actions.access_requests_of(call.session, call.case, after, limit))


@route("POST", f"{CASE}/moves", action="record.move", body=schemas.MoveRecord, creates=True)
def move_record(call: Call) -> Reply:
    """Move a record that was made on the wrong person to the right case, which the caller works on too."""
    return created(actions.move_record(call.session, call.case, call.body, call.now, by=call.principal))


@route("POST", f"{CASE}/annotations", action="annotation.record", body=schemas.RecordAnnotation, creates=True)
def record_annotation(call: Call) -> Reply:
    """Record the person's own statement about a record, shown beside it."""
    return created(actions.record_annotation(call.session, call.case, call.body, call.now, by=call.principal))


@route("POST", _DISCLOSURES, action="disclosure.record", body=schemas.RecordDemand, creates=True)
def record_demand(call: Call) -> Reply:
    """Record that police, a court or another third party demands disclosure."""
    return created(actions.record_demand(call.session, call.case, call.body, call.now))


@route(
    "POST",
    f"{_DISCLOSURES}/<uuid:disclosure>/decision",
    action="disclosure.decide",
    body=schemas.DecideDemand,
    changes=True,
)
def decide_demand(call: Call) -> Reply:
    """Record what was decided on a demand; only the classes that it names may be given, for 30 days."""
    disclosure_id: UUID = call.path["disclosure"]
    version = actions.decide_demand(call.session, call.case, disclosure_id, call.body, call.now, by=call.principal)
    return Reply({"id": str(disclosure_id), "decision": call.body["decision"]}, version=version)


@route("GET", _DISCLOSURES, action="disclosure.read", query=PAGE)
def list_demands(call: Call) -> Reply:
    """List the demands about a case, the earliest recorded first."""
    after, limit = read_page(call.query, UUID)
    return Reply(actions.demands_of(call.session, call.case, after, limit))
