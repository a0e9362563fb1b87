"""Routes for advice."""

from typing import Final

from services.legal.cases.advice import actions, events, rules
from services.legal.cases.case.topic import CASE
from shared.http import post
from shared.runtime.topics import Topic

TOPIC: Final = Topic(
    __name__,
    routes=(
        post("advice.record", f"{CASE}/advice", actions.record_advice, creates=True, part="advice"),
        post("advice.correct", f"{CASE}/advice/<uuid:advice>/correction", actions.correct_advice, creates=True),
        post(
            "advice.follow_up",
            f"{CASE}/advice/<uuid:advice>/follow-ups",
            actions.plan_follow_up,
            creates=True,
            part="follow_ups",
        ),
        post(
            "advice.follow_up",
            f"{CASE}/follow-ups/<uuid:follow_up>/completion",
            actions.complete_follow_up,
            creates=True,
            part="follow_ups/{follow_up}",
        ),
        post("advice.request", f"{CASE}/advice-requests", actions.request_advice, creates=True, part="advice_requests"),
        post(
            "advice.end_request",
            f"{CASE}/advice-requests/<uuid:asked>/end",
            actions.end_request,
            creates=True,
            part="advice_requests/{asked}",
        ),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
)
