"""The route for plans."""

from typing import Final

from services.support.case.routes import CASE
from services.support.plan import actions
from shared.http import post

ROUTES: Final = (
    post("plan.agree", f"{CASE}/plans", actions.agree_plan, creates=True, part="plans"),
    post("plan.correct", f"{CASE}/plans/<uuid:plan>/correction", actions.correct_plan, creates=True),
)
