"""Who makes a safety plan, what stands in it, and when it is looked at again."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from services.support.case.rules import PLANNERS, Access, Answered
from shared.casework.refusals import FactRefused, StepForbidden

ACCESS: Final[Access] = {
    "safety_plan.agree": PLANNERS,
    "safety_plan.correct": PLANNERS,
    "safety_plan.reopen": PLANNERS,
    # Only where somebody calls the person, and each time it stands in the case's audit.
    "safety_plan.code_word": PLANNERS,
}
REVIEW: Final = "safety_plan_review"
WANTED: Final = "safety_plan_wanted"
#: Our own: a plan rests no longer than this, as it must while risk is high.
LONGEST_REST: Final = timedelta(days=30)
#: Parts that say where: a kind of place or a region, and no words, in which an address would end up.
PLACES: Final = frozenset(("safe_places", "leaving", "stay_away"))
#: Where the person is not safe.
STAY_AWAY: Final = "stay_away"
DANGER: Final = "danger"
#: At these levels of risk somebody without a plan is asked whether they want one.
_HIGH: Final = frozenset(("high", "urgent"))


def review_day(agreed_on: date, review_on: date | None) -> date:
    """Return the day on which a plan is looked at again, by itself the latest. Raises `FactRefused`."""
    latest = agreed_on + LONGEST_REST
    day = review_on or latest
    if day < agreed_on:
        raise FactRefused("review_on", "reviewed_after_it_was_agreed", "A plan can't be reviewed before it was agreed.")
    if day > latest:
        message = "A safety plan is looked at again after 30 days at the latest. Choose an earlier day."
        raise FactRefused("review_on", "reviewed_within_30_days", message)
    return day


def check_steps(steps: Iterable[Answered]) -> None:
    """Raise `FactRefused` for a place in words, or a step that says nothing."""
    for step in steps:
        has_place = step.get("place_kind") is not None or step.get("region") is not None
        if step["part"] in PLACES and step.get("text") is not None:
            message = "Say what kind of place it is, or in which region; an address is never written down here."
            raise FactRefused("steps", "places_without_an_address", message)
        if step["part"] in PLACES and not has_place:
            raise FactRefused("steps", "places_by_kind", "Say what kind of place it is, or in which region.")
        if step["part"] not in PLACES and step.get("text") is None:
            raise FactRefused("steps", "step_says_something", "Say what is done.")


def check_counts(*, is_there: bool) -> None:
    """Raise `StepForbidden` where there is no safety plan that counts."""
    if not is_there:
        message = "There is no safety plan that counts. Make one with the person."
        raise StepForbidden("safety_plan.counts", message)


def wants_plan(overall_risk: str) -> bool:
    """Return whether somebody with a risk is asked for a plan, where there is none."""
    return overall_risk in _HIGH
