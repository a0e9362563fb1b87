"""The roles for safety plans, their allowed content, and the day of their review."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from services.support.cases.case.rules import PLANNERS, Access, Answered
from shared.casework.refusals import FactRefused, StepForbidden

ACCESS: Final[Access] = {
    "safety_plan.agree": PLANNERS,
    "safety_plan.correct": PLANNERS,
    "safety_plan.reopen": PLANNERS,
    # Only for a member who calls the person. The case's audit log has an entry of each read.
    "safety_plan.code_word": PLANNERS,
}
REVIEW: Final = "safety_plan_review"
WANTED: Final = "safety_plan_wanted"
#: Our own limit: the longest time without a review. It is what a high risk requires.
LONGEST_REST: Final = timedelta(days=30)
#: Parts that name places: by kind or region, and without words, because words could contain an address.
PLACES: Final = frozenset(("safe_places", "leaving", "stay_away"))
#: Places where the person is not safe.
STAY_AWAY: Final = "stay_away"
DANGER: Final = "danger"
#: The levels of risk at which a person without a plan is asked whether they want one.
_HIGH: Final = frozenset(("high", "urgent"))


def review_day(agreed_on: date, review_on: date | None) -> date:
    """Return the day of a plan's review, the latest allowed day by default. Raises `FactRefused`."""
    latest = agreed_on + LONGEST_REST
    day = review_on or latest
    if day < agreed_on:
        raise FactRefused(
            "review_on",
            "reviewed_after_it_was_agreed",
            "The review is before the day on which the plan was agreed. Give a later day.",
        )
    if day > latest:
        message = "A safety plan must be reviewed within 30 days. Choose an earlier day."
        raise FactRefused("review_on", "reviewed_within_30_days", message)
    return day


def check_steps(steps: Iterable[Answered]) -> None:
    """Raise `FactRefused` for a place as free text, and for an empty step."""
    for step in steps:
        has_place = step.get("place_kind") is not None or step.get("region") is not None
        if step["part"] in PLACES and step.get("text") is not None:
            message = (
                "The step contains an address, which is never stored here. Describe the kind of place, or its region."
            )
            raise FactRefused("steps", "places_without_an_address", message)
        if step["part"] in PLACES and not has_place:
            raise FactRefused(
                "steps",
                "places_by_kind",
                "The kind of place and its region are both missing. Describe the kind of place, or its region.",
            )
        if step["part"] not in PLACES and step.get("text") is None:
            raise FactRefused(
                "steps", "step_says_something", "The action of the step is missing. Describe what is done."
            )


def check_counts(*, is_there: bool) -> None:
    """Raise `StepForbidden` if there is no valid safety plan."""
    if not is_there:
        message = "There is no valid safety plan. Make one together with the person."
        raise StepForbidden("safety_plan.counts", message)


def wants_plan(overall_risk: str) -> bool:
    """Return whether a person with this risk and without a plan is asked whether they want one."""
    return overall_risk in _HIGH
