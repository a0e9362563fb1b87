"""The roles that agree a plan, and the day of its review."""

from datetime import date
from typing import Final

from services.support.cases.case.rules import PLANNERS, Access
from shared.casework.refusals import FactRefused

ACCESS: Final[Access] = {"plan.agree": PLANNERS, "plan.correct": PLANNERS}


def check_review(agreed_on: date, review_on: date | None) -> None:
    """Raise `FactRefused` for a plan that would be reviewed before it was agreed."""
    if review_on is not None and review_on < agreed_on:
        message = "A plan can't be reviewed before it was agreed. Give a later day."
        raise FactRefused("review_on", "reviewed_after_it_was_agreed", message)
