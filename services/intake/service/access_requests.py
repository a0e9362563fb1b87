"""Routes for access requests, annotations, and moving records made on the wrong person."""

from uuid import UUID

from services.intake.actions import access_requests
from services.intake.actions.annotations import annotate
from services.intake.actions.moves import move_record
from services.intake.schemas.rights import Annotate, CheckRequest, MoveRecord, RequestAccess, ReviewPart
from services.intake.service.paging import PAGE, asked
from shared.http import Call, Reply, route

_REQUESTS = "/v1/cases/<uuid:case>/access-requests"
_REQUEST = f"{_REQUESTS}/<uuid:access_request>"


class AccessRequestRoutes:
    """Mixin for a service class that has an `edge`."""

    @route("POST", _REQUESTS, action="access_request.record", body=RequestAccess, creates=True)
    def record_access_request(self, call: Call) -> Reply:
        """Record that the person asks for a copy, or who saw their file."""
        request_id, version = access_requests.record_request(call.session, call.now, call.case, call.body)
        return Reply(status=201, created=request_id, version=version)

    @route("POST", f"{_REQUEST}/check", action="access_request.check", body=CheckRequest, changes=True)
    def check_access_request(self, call: Call) -> Reply:
        """Record whether the person, asked in private, is free of coercion; that counts for 7 days."""
        request_id: UUID = call.path["access_request"]
        version = access_requests.check_request(call.session, call.case, request_id, call.principal, call.body)
        return Reply({"id": str(request_id), "finding": call.body["finding"]}, version=version)

    @route("POST", f"{_REQUEST}/review", action="access_request.review", body=ReviewPart, changes=True)
    def review_access_request(self, call: Call) -> Reply:
        """Record whether what concerns third parties, or is privileged, is part of the copy."""
        request_id: UUID = call.path["access_request"]
        version = access_requests.review_part(call.session, call.case, request_id, call.principal, call.body)
        return Reply({"id": str(request_id), **call.body}, version=version)

    @route("GET", _REQUESTS, action="access_request.read", query=PAGE)
    def list_access_requests(self, call: Call) -> Reply:
        """List a case's access requests, the earliest recorded first."""
        after, limit = asked(call.query, UUID)
        return Reply(access_requests.requests_of(call.session, call.case, after, limit))

    @route("POST", "/v1/cases/<uuid:case>/moves", action="record.move", body=MoveRecord, creates=True)
    def move_record(self, call: Call) -> Reply:
        """Move a record that was made on the wrong person to the right case, which the caller works on too."""
        correction_id, version = move_record(call.session, call.now, call.case, call.principal, call.body)
        return Reply(status=201, created=correction_id, version=version)

    @route("POST", "/v1/cases/<uuid:case>/annotations", action="annotation.record", body=Annotate, creates=True)
    def annotate(self, call: Call) -> Reply:
        """Record the person's own statement about a record, shown beside it."""
        by = UUID(call.principal.subject)
        annotation_id, version = annotate(call.session, call.now, call.case, by, call.body)
        return Reply(status=201, created=annotation_id, version=version)
