"""Routes for what the person wants of counselling."""

from typing import Final

from services.support.aim import actions
from services.support.case.routes import CASE
from shared.http import post

_AIMS: Final = f"{CASE}/counselling-aims"
_AIM: Final = f"{_AIMS}/<uuid:aim>"


ROUTES: Final = (
    post("aim.state", _AIMS, actions.state_aim, creates=True, part="counselling_aims"),
    post("aim.progress", f"{_AIM}/progress", actions.say_progress, creates=True),
    post("aim.correct", f"{_AIM}/correction", actions.correct_aim, creates=True),
)
