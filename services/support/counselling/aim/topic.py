"""Routes for the person's aims in counselling."""

from typing import Final

from services.support.cases.case.topic import CASE
from services.support.counselling.aim import actions, rules
from shared.http import post
from shared.runtime.topics import Topic

_AIMS: Final = f"{CASE}/counselling-aims"
_AIM: Final = f"{_AIMS}/<uuid:aim>"


TOPIC: Final = Topic(
    __name__,
    routes=(
        post("aim.state", _AIMS, actions.state_aim, creates=True, part="counselling_aims"),
        post("aim.progress", f"{_AIM}/progress", actions.say_progress, creates=True),
        post("aim.correct", f"{_AIM}/correction", actions.correct_aim, creates=True),
    ),
    access=rules.ACCESS,
)
