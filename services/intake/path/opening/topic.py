"""Routes for what was stated at the opening, the person's choice of a name, and the law of a case."""

from typing import Final

from services.intake.facts.case.topic import CASE
from services.intake.path.opening import actions, rules
from shared.http import post
from shared.runtime.topics import Topic

TOPIC: Final = Topic(
    __name__,
    routes=(
        post("opening.correct", f"{CASE}/opening/corrections", actions.correct_opening, creates=True),
        post("anonymity.choose", f"{CASE}/anonymity", actions.choose_anonymity, creates=True),
        post("law.change", f"{CASE}/law", actions.change_law, creates=True),
    ),
    access=rules.ACCESS,
)
