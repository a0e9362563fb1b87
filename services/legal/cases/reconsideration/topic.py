"""The route for a reconsideration."""

from typing import Final

from services.legal.cases.case.topic import CASE
from services.legal.cases.reconsideration import actions, events, rules
from shared.http import post
from shared.runtime.topics import Topic

TOPIC: Final = Topic(
    __name__,
    routes=(
        post("reconsideration.request", f"{CASE}/reconsiderations", actions.request_reconsideration, creates=True),
        post(
            "reconsideration.correct",
            f"{CASE}/reconsiderations/<uuid:reconsideration>/correction",
            actions.correct_reconsideration,
            creates=True,
        ),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
)
