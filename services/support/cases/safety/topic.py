"""Routes for safety plans."""

from typing import Final

from services.support.cases.case.topic import CASE
from services.support.cases.safety import actions, rules, schemas
from shared.http import get, post
from shared.runtime.topics import Topic

TOPIC: Final = Topic(
    __name__,
    routes=(
        get(
            "safety_plan.code_word",
            f"{CASE}/safety-plans/code-word",
            actions.read_code_word,
            reply=schemas.ShownCodeWord,
        ),
        post("safety_plan.reopen", f"{CASE}/safety-plans/reopening", actions.reopen_safety_plan, creates=True),
        post("safety_plan.agree", f"{CASE}/safety-plans", actions.agree_safety_plan, creates=True, part="safety_plans"),
        post(
            "safety_plan.correct",
            f"{CASE}/safety-plans/<uuid:plan>/correction",
            actions.correct_safety_plan,
            creates=True,
        ),
    ),
    access=rules.ACCESS,
    reactions=actions.REACTIONS,
)
