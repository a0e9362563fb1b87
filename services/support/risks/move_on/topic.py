"""Routes for moving on."""

from typing import Final

from services.support.cases.case.topic import CASE
from services.support.risks.move_on import actions, rules
from shared.http import post
from shared.runtime.topics import Topic

_TRANSITION: Final = f"{CASE}/transitions/<uuid:transition>"


TOPIC: Final = Topic(
    __name__,
    routes=(
        post("transition.agree", f"{CASE}/transitions", actions.agree_transition, creates=True, part="transitions"),
        post("transition.check_in", f"{_TRANSITION}/check-ins", actions.try_check_in, creates=True),
        post("transition.close", f"{_TRANSITION}/closing", actions.close_transition, creates=True),
        post("transition.return", f"{_TRANSITION}/return", actions.come_back, creates=True),
        post("transition.correct", f"{_TRANSITION}/correction", actions.correct_transition, creates=True),
        post(
            "check_in.correct", f"{CASE}/check-ins/<uuid:check_in>/correction", actions.correct_check_in, creates=True
        ),
    ),
    access=rules.ACCESS,
)
