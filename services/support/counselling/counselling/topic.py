"""Routes for counselling and for requests for it."""

from typing import Final

from services.support.cases.case.topic import CASE
from services.support.counselling.counselling import actions, events, hooks, rules, schemas
from shared.http import get, post
from shared.runtime.topics import Topic

_PAUSE: Final = f"{CASE}/counselling-pauses/<uuid:pause>"


_REQUESTS: Final = f"{CASE}/counselling-requests"

_REQUEST: Final = f"{_REQUESTS}/<uuid:counselling_request>"

TOPIC: Final = Topic(
    __name__,
    routes=(
        post(
            "counselling.end",
            f"{CASE}/counselling/<uuid:course>/ending",
            actions.end_counselling,
            changes=True,
            reply=schemas.ChangedCourse,
            part="counselling/{course}",
        ),
        post("counselling.start", f"{CASE}/counselling", actions.start_counselling, creates=True, part="counselling"),
        post(
            "counselling.correct", f"{CASE}/counselling/<uuid:course>/correction", actions.correct_course, creates=True
        ),
        post(
            "counselling.pause",
            f"{CASE}/counselling/<uuid:course>/pauses",
            actions.pause_course,
            creates=True,
            part="counselling_pauses",
        ),
        post("counselling.ask_again", f"{_PAUSE}/asking", actions.ask_again, creates=True),
        post("counselling.return", f"{_PAUSE}/return", actions.return_to_course, creates=True),
        post("counselling.correct_pause", f"{_PAUSE}/correction", actions.correct_pause, creates=True),
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
    events=events.EVENTS,
    hooks=(hooks.WITHDRAWN,),
)
