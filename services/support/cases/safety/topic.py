"""Routes for safety plans."""

from typing import Final

from services.support.cases.case.models import CASES
from services.support.cases.case.topic import CASE
from services.support.cases.safety import actions, rules, schemas
from shared.http import Call, Reply, post, route
from shared.runtime.topics import Topic


@route("GET", f"{CASE}/safety-plans/code-word", action="safety_plan.code_word", reply=schemas.ShownCodeWord)
def read_code_word(call: Call) -> Reply:
    """Return the code word for a call to the person now; each read is audited."""
    word = actions.code_word_of(call.session, call.case)
    return Reply({"code_word": word}, version=CASES.version(call.session, call.case))


TOPIC: Final = Topic(
    __name__,
    routes=(
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
)
