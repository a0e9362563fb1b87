"""Routes for requests for counselling."""

from typing import Final

from services.support.cases.case.topic import CASE
from services.support.counselling.waiting import actions, rules, schemas
from shared.http import get, post
from shared.runtime.topics import Topic

_REQUESTS: Final = f"{CASE}/counselling-requests"
_REQUEST: Final = f"{_REQUESTS}/<uuid:counselling_request>"


TOPIC: Final = Topic(
    __name__,
    routes=(
        post("counselling.request", _REQUESTS, actions.request_counselling, creates=True, part="counselling_requests"),
        post("counselling.answer_request", f"{_REQUEST}/answer", actions.answer_request, creates=True),
        post("counselling.correct_request", f"{_REQUEST}/correction", actions.correct_request, creates=True),
        get(
            "counselling.waiting",
            "/v1/counselling-requests",
            actions.waiting_for,
            name="read_counselling_queue",
            reply=schemas.CounsellingQueue,
        ),
    ),
    access=rules.ACCESS,
)
