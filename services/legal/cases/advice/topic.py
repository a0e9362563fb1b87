"""Routes for advice, brief advice, and the rights that are explained to the person."""

from typing import Final

from services.legal.cases.advice import actions, events, rules, schemas
from services.legal.cases.case.topic import CASE
from shared.http import get, post
from shared.http.paging import PAGE
from shared.runtime.topics import Topic

_BRIEF: Final = "/v1/brief-advice"


_RIGHTS: Final = f"{CASE}/rights"


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
        get(
            "brief_advice.read",
            _BRIEF,
            actions.brief_advice_after,
            name="list_brief_advice",
            query=PAGE,
            reply=schemas.BriefAdvicePage,
        ),
        post("brief_advice.record", _BRIEF, actions.record_brief_advice, creates=True),
        get("right.read", _RIGHTS, actions.rights_shown, name="read_rights", reply=schemas.RightList),
        post("right.explain", _RIGHTS, actions.explain_right, creates=True, part="rights_explained"),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
)
