"""Routes for placements."""

from typing import Final

from services.support.cases.case.topic import CASE
from services.support.help.placement import actions, rules
from shared.http import post
from shared.runtime.topics import Topic

_PLACEMENT: Final = f"{CASE}/placements/<uuid:placement>"


TOPIC: Final = Topic(
    __name__,
    routes=(
        post("placement.offer", f"{CASE}/placements", actions.offer_placement, creates=True, part="placements"),
        post("placement.refuse", f"{_PLACEMENT}/refusal", actions.refuse_placement, creates=True),
        post("placement.move_in", f"{_PLACEMENT}/move-in", actions.move_in, creates=True),
        post("placement.review", f"{_PLACEMENT}/review", actions.review_placement, creates=True),
        post("placement.move_out", f"{_PLACEMENT}/move-out", actions.move_out, creates=True),
        post("placement.correct", f"{_PLACEMENT}/correction", actions.correct_placement, creates=True),
    ),
    access=rules.ACCESS,
)
