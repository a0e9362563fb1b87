"""The roles for plans and goals, the days of their reviews, and the meaning of ratings.

The person loses nothing by refusing a goal.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from services.support.cases.case.rules import PLANNERS, Access, Answered
from shared.casework.refusals import FactRefused

ACCESS: Final[Access] = {
    "plan.agree": PLANNERS,
    "plan.correct": PLANNERS,
    **dict.fromkeys(("goal.state", "goal.progress", "goal.rate", "goal.correct"), PLANNERS),
}

REVIEW: Final = "goal_review"

HIGHEST: Final = 10

#: The smallest difference of ratings that is more than chance: 2.5 of 10, in whole steps. From memory.
RELIABLE: Final = 3

#: Goals in these states have no review.
OVER: Final = frozenset(("reached", "put_aside", "refused_by_person"))

#: The outcome that matters to survivors (`mscos_outcome`) of each goal (code list `goal_type`); None: none of the
#: seven.
OUTCOMES: Final[Mapping[str, str | None]] = {
    **dict.fromkeys(("find_home", "keep_home", "move_on"), "secure_suitable_housing"),
    **dict.fromkeys(("be_safe", "digital_safety", "family_safe"), "safety_from_trafficker_or_abuser"),
    **dict.fromkeys(("keep_worker", "peer_group", "community", "children_well"), "long_term_consistent_support"),
    **dict.fromkeys(
        ("choose_help", "counselling", "interpreter_right", "justice_my_way"), "compassionate_trauma_informed_services"
    ),
    **dict.fromkeys(("work", "hobby", "faith_culture", "own_voice", "money_control"), "purpose_and_self_actualisation"),
    **dict.fromkeys(("doctor", "dentist", "mental_health", "substance"), "access_to_medical_treatment"),
    **dict.fromkeys(("language", "school", "training"), "access_to_education"),
    **dict.fromkeys(("papers", "immigration", "compensation", "return_safely", "contact_family")),
}


def check_review(agreed_on: date, review_on: date | None) -> None:
    """Raise `FactRefused` for a plan that would be reviewed before it was agreed."""
    if review_on is not None and review_on < agreed_on:
        message = "The review is before the day on which the plan was agreed. Give a later day."
        raise FactRefused("review_on", "reviewed_after_it_was_agreed", message)


def check_goal_review(stated_on: date, review_on: date | None) -> None:
    """Raise `FactRefused` for a review before the goal was stated."""
    if review_on is not None and review_on < stated_on:
        message = "The review is before the day on which the goal was stated. Give a later day."
        raise FactRefused("review_on", "reviewed_after_it_was_stated", message)


def review_due(state: str, review_on: date | None) -> date | None:
    """Return the day of a goal's review; None for a goal that is over or has no review."""
    return None if state in OVER else review_on


def change_of(ratings: Sequence[Answered]) -> str | None:
    """Return the change from the first rating to the last; None with fewer than two ratings."""
    if len(ratings) < len(("first", "last")):
        return None
    difference = ratings[-1]["rating"] - ratings[0]["rating"]
    return "more_than_chance" if abs(difference) >= RELIABLE else "may_be_chance"
