"""The roles for placements, the order of steps, and when to look for the next place. A warning ends nothing."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Final

from services.support.cases.case.rules import PLANNERS, Access, check_order
from shared.casework.refusals import FactRefused, StepForbidden

ACCESS: Final[Access] = dict.fromkeys(
    (
        "placement.offer",
        "placement.refuse",
        "placement.move_in",
        "placement.review",
        "placement.move_out",
        "placement.correct",
    ),
    PLANNERS,
)
OFFERED, REFUSED, MOVED_IN, MOVED_OUT = "offered", "refused", "moved_in", "moved_out"
#: Kinds of tasks: find the next place, an unsafe place, and an offer that waits for an answer.
NEXT, UNSAFE, ANSWER = "next_place", "place_unsafe", "placement_answer"
NOT_SAFE: Final = "no"
#: The service that a stay is, by accommodation type. A missing type is no service: a home of the person or of friends,
#: and a place that gives no shelter. Agencies only receive which of the two services a stay is.
SERVICES: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        (
            "safe_house",
            "refuge",
            "place_of_safety",
            "specialist_shelter",
            "protected_child_reception",
            "council_temporary",
            "hotel",
        ),
        "accommodation_emergency",
    ),
    **dict.fromkeys(
        ("foster", "supported_lodging", "asylum", "supported_housing"),
        "accommodation_longer",
    ),
}
#: The days of a placement, in their order.
DAYS: Final = ("offered_on", "held_until", "moved_in_on", "ends_on", "moved_out_on")
#: Those of a step that was taken, so never in the future.
STEPS: Final = frozenset(("moved_in_on", "moved_out_on"))
#: The search for the next place starts this long before a stay ends (our own time; legal profiles warn at 30, 14, 7).
AHEAD: Final = timedelta(days=30)


def check_step(state: str, *states: str, taken_back: bool) -> None:
    """Raise `StepForbidden` for a step that is not allowed in this state."""
    if taken_back or state not in states:
        message = "This step is not possible, because the record was answered or has ended. Read it again."
        raise StepForbidden("placement.follows", message)


def check_days(days: Mapping[str, date | None], recorded: Collection[str]) -> None:
    """Raise `FactRefused` for contradictory days, and for the day of a step that is not recorded.

    `days`: all days of a placement after the correction, by field. `recorded`: the fields that have a day already.
    """
    for field in sorted(STEPS):
        if days[field] is not None and field not in recorded:
            message = "This step is not recorded yet, so its day can't be corrected. Record the step instead."
            raise FactRefused(field, "step_is_recorded", message)
    offered_on, moved_in_on = days["offered_on"], days["moved_in_on"]
    for field, began_on in (
        ("held_until", offered_on),
        ("moved_in_on", offered_on),
        ("ends_on", moved_in_on or offered_on),
        ("moved_out_on", moved_in_on),
    ):
        if began_on is not None:
            check_order(field, began_on, days[field])


def look_from(ends_on: date, today: date) -> date:
    """Return the day on which the search for the next place starts: 30 days ahead, at the earliest today."""
    return max(today, ends_on - AHEAD)
