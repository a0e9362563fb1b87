"""Who counsels, and how a course ends."""

from datetime import date
from typing import Final

from services.support.case.rules import Access
from shared.access.permissions import Need
from shared.casework.refusals import FactRefused, StepForbidden

_COUNSELLING: Final = {"counsellor": Need.TEAM}
ACCESS: Final[Access] = dict.fromkeys(("counselling.start", "counselling.end", "counselling.correct"), _COUNSELLING)


class CourseHasEnded(StepForbidden):
    """A course of counselling ends once."""

    title = "This course has ended"

    def __init__(self) -> None:
        """Set a message that explains how a person comes back."""
        message = "This course of counselling has ended already. If the person comes back, start a new course."
        super().__init__("counselling.ends_once", message)


def check_ending(started_on: date, already_ended_on: date | None, ended_on: date) -> None:
    """Raise `CourseHasEnded` for a second ending, `FactRefused` for one before the beginning."""
    if already_ended_on is not None:
        raise CourseHasEnded
    check_order(started_on, ended_on)


def check_corrected_end(already_ended_on: date | None, **end: object) -> None:
    """Raise `FactRefused` for a corrected end of a course that has none."""
    field = next((name for name, value in end.items() if value is not None), None)
    if already_ended_on is None and field is not None:
        message = "This course has not ended. Record its end; that is no correction."
        raise FactRefused(field, "ends_before_that_is_corrected", message)


def check_order(started_on: date, ended_on: date) -> None:
    """Raise `FactRefused` for an end before the beginning."""
    if ended_on < started_on:
        message = "A course can't end before it started. Give the day on which it ended."
        raise FactRefused("ended_on", "ends_after_it_started", message)
