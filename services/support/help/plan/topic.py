"""Routes for plans and goals."""

from typing import Final

from services.support.cases.case.topic import CASE
from services.support.help.plan import actions, events, rules
from shared.http import post
from shared.runtime.topics import Topic

TOPIC: Final = Topic(
    __name__,
    routes=(
        post("plan.agree", f"{CASE}/plans", actions.agree_plan, creates=True, part="plans"),
        post("plan.correct", f"{CASE}/plans/<uuid:plan>/correction", actions.correct_plan, creates=True),
        post("goal.state", f"{CASE}/goals", actions.state_goal, creates=True, part="goals"),
        post("goal.progress", f"{CASE}/goals/<uuid:goal>/progress", actions.progress_goal, creates=True),
        post("goal.rate", f"{CASE}/goals/<uuid:goal>/ratings", actions.rate_goal, creates=True),
        post("goal.correct", f"{CASE}/goals/<uuid:goal>/correction", actions.correct_goal, creates=True),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
)
