"""The route for a reconsideration."""

from typing import Final

from services.legal.case.routes import CASE
from services.legal.reconsideration import actions
from shared.http import post

ROUTES: Final = (
    post("reconsideration.request", f"{CASE}/reconsiderations", actions.request_reconsideration, creates=True),
    post(
        "reconsideration.correct",
        f"{CASE}/reconsiderations/<uuid:reconsideration>/correction",
        actions.correct_reconsideration,
        creates=True,
    ),
)
