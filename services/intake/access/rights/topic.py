"""Routes for access requests, annotations, corrections and disclosures."""

from typing import Final

from services.intake.access.rights import events, rules, schemas
from services.intake.access.rights.actions import access_requests, annotations, disclosures, moves
from services.intake.facts.case.topic import CASE
from shared.http import get, post
from shared.http.paging import PAGE
from shared.runtime.topics import Topic

_REQUESTS = f"{CASE}/access-requests"
_REQUEST = f"{_REQUESTS}/<uuid:access_request>"
_DISCLOSURES = f"{CASE}/disclosures"
_DISCLOSURE = f"{_DISCLOSURES}/<uuid:disclosure>"


TOPIC: Final = Topic(
    __name__,
    routes=(
        get(
            "access_request.read",
            _REQUESTS,
            access_requests.access_requests_of,
            name="list_access_requests",
            query=PAGE,
            reply=schemas.AccessRequestPage,
        ),
        get(
            "disclosure.read",
            _DISCLOSURES,
            disclosures.demands_of,
            name="list_demands",
            query=PAGE,
            reply=schemas.DemandPage,
        ),
        post(
            "access_request.check",
            f"{_REQUEST}/check",
            access_requests.check_access_request,
            changes=True,
            reply=schemas.CheckedRequest,
        ),
        post(
            "access_request.review",
            f"{_REQUEST}/review",
            access_requests.review_access_request,
            changes=True,
            reply=schemas.ReviewedPart,
        ),
        post(
            "disclosure.decide",
            f"{_DISCLOSURE}/decision",
            disclosures.decide_demand,
            changes=True,
            reply=schemas.DecidedDemand,
        ),
        post(
            "disclosure.confirm",
            f"{_DISCLOSURE}/confirmation",
            disclosures.confirm_demand,
            changes=True,
            reply=schemas.ConfirmedDemand,
        ),
        post("access_request.record", _REQUESTS, access_requests.record_access_request, creates=True),
        post("record.move", f"{CASE}/moves", moves.move_record, creates=True),
        post(
            "annotation.record", f"{CASE}/annotations", annotations.record_annotation, creates=True, part="annotations"
        ),
        post("disclosure.record", _DISCLOSURES, disclosures.record_demand, creates=True),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
    timers=disclosures.ON_TIMER,
)
