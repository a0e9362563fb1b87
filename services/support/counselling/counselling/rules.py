"""The roles for counselling, and how a course pauses, continues and ends: by the person's wish, never by absence.

The times are our own defaults, the same in every jurisdiction: no law was found that sets them.

Also: the roles for requests for counselling, and the order of their steps. A return after a pause needs no request.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final, NamedTuple

from services.support.cases.case.rules import PLANNERS, Access
from shared.access.permissions import Need
from shared.casework.refusals import FactRefused, StepForbidden

_COUNSELLING: Final = {"counsellor": Need.TEAM}

_ON_PAUSES: Final = ("counselling.pause", "counselling.ask_again", "counselling.return", "counselling.correct_pause")

#: Kinds of tasks: ask whether an absent person is safe, and ask whether a pausing person wants to continue.
ASK_IF_SAFE, ASK_AGAIN = "ask_if_safe", "counselling_pause_ask"

#: The default time after which a member asks again, and the longest time that can be agreed.
ASKED_AFTER, LONGEST = timedelta(days=28), timedelta(days=182)

LOST: Final = "lost_contact"

#: Reasons that are a judgement about the person, which is not possible while the person stays away.
BY_JUDGEMENT: Final = frozenset(("goals_met", "other"))

ACCESS: Final[Access] = {
    **dict.fromkeys(("counselling.start", "counselling.end", "counselling.correct", *_ON_PAUSES), _COUNSELLING),
    **dict.fromkeys(("counselling.request", "counselling.answer_request", "counselling.correct_request"), PLANNERS),
    "counselling.waiting": dict.fromkeys(PLANNERS, Need.ANY),
}

TASK: Final = "counselling_waits"

WAITING: Final = "waiting"

LONGEST_LIST: Final = 200


class Span(NamedTuple):
    """A pause of a course: its first day, and the day of the person's return; None while it lasts."""

    paused_on: date
    returned_on: date | None

    def covers(self, day: date) -> bool:
        """Return whether a day is in the pause. The day of the return is not."""
        return self.paused_on <= day < (self.returned_on or date.max)

    def overlaps(self, other: "Span") -> bool:
        """Return whether two pauses share a day."""
        ends, other_ends = self.returned_on or date.max, other.returned_on or date.max
        return self.paused_on < other_ends and other.paused_on < ends


class CourseHasEnded(StepForbidden):
    """A course of counselling was ended twice."""

    title = "This course has ended"

    def __init__(self) -> None:
        """Set a message that explains how the person can come back."""
        message = "This course of counselling has already ended. If the person comes back, start a new course."
        super().__init__("counselling.ends_once", message)


def check_ending(started_on: date, already_ended_on: date | None, ended_on: date) -> None:
    """Raise `CourseHasEnded` for a second end, `FactRefused` for an end before the start."""
    if already_ended_on is not None:
        raise CourseHasEnded
    check_order(started_on, ended_on)


def check_not_by_absence(end_reason: str | None, *, asks_if_safe: bool) -> None:
    """Raise `StepForbidden` for an end because the person stays away.

    `asks_if_safe`: the task to ask whether they are safe is open.
    """
    if end_reason == LOST or (asks_if_safe and end_reason in BY_JUDGEMENT):
        message = (
            "A course can't be ended because the person stays away. First ask, in a safe way, whether the person is "
            "safe. If they want a rest, record a pause, which keeps their place."
        )
        raise StepForbidden("counselling.no_ending_by_absence", message)


def check_corrected_end(already_ended_on: date | None, **end: object) -> None:
    """Raise `FactRefused` for the correction of an end that a course does not have."""
    field = next((name for name, value in end.items() if value is not None), None)
    if already_ended_on is None and field is not None:
        message = "This course has not ended, so its end can't be corrected. Record the end instead."
        raise FactRefused(field, "ends_before_that_is_corrected", message)


def check_order(started_on: date, ended_on: date) -> None:
    """Raise `FactRefused` for an end before the start."""
    if ended_on < started_on:
        message = "The end of the course is before its start. Give the day on which it ended."
        raise FactRefused("ended_on", "ends_after_it_started", message)


def check_goes_on(ended_on: date | None, *, taken_back: bool) -> None:
    """Raise `StepForbidden` for a pause of, or a return to, a course that has ended or was withdrawn."""
    if taken_back or ended_on is not None:
        message = "This course has ended or was withdrawn. Start a new course: the person does not need to wait."
        raise StepForbidden("counselling.goes_on", message)


def check_pause(started_on: date, pause: Span, others: Iterable[Span]) -> None:
    """Raise `FactRefused` for a pause before the course started, `StepForbidden` for overlapping pauses.

    `others`: the other pauses of the course.
    """
    if pause.paused_on < started_on:
        message = "The pause begins before the course started. Give the first day of the pause."
        raise FactRefused("paused_on", "pauses_after_it_started", message)
    if any(pause.overlaps(other) for other in others):
        message = "This course is already paused. Record first that the person is back, or correct that pause."
        raise StepForbidden("counselling.pauses_once", message)


def ask_again(from_day: date, agreed: date | None) -> date:
    """Return the day on which a member asks again: the agreed day, by default after four weeks. Raises `FactRefused`.

    `from_day`: the day of the agreement. The day can be at most 26 weeks later.
    """
    day = from_day + ASKED_AFTER if agreed is None else agreed
    if not from_day <= day <= from_day + LONGEST:
        message = "The day must be in the next 26 weeks. Agree on such a day. On that day, a new one can be agreed."
        raise FactRefused("ask_again_on", "asked_again_within_26_weeks", message)
    return day


def check_paused(returned_on: date | None, *, taken_back: bool) -> None:
    """Raise `StepForbidden` for a pause that is over or was withdrawn."""
    if taken_back or returned_on is not None:
        message = (
            "This pause has ended or was withdrawn. Read the case again. If there is another pause, record a new one."
        )
        raise StepForbidden("counselling.is_paused", message)


def check_corrected_return(already_returned_on: date | None, returned_on: date | None) -> None:
    """Raise `FactRefused` for the correction of a return that is not recorded."""
    if already_returned_on is None and returned_on is not None:
        message = "No return of the person is recorded, so it can't be corrected. Record the return instead."
        raise FactRefused("returned_on", "returns_before_that_is_corrected", message)


def check_return(paused_on: date, returned_on: date | None) -> None:
    """Raise `FactRefused` for a return before the first day of the pause."""
    if returned_on is not None and returned_on < paused_on:
        message = "The return is before the start of the pause. Give the day on which the person came back."
        raise FactRefused("returned_on", "returns_after_it_paused", message)


def check_waits(state: str, *, taken_back: bool) -> None:
    """Raise `StepForbidden` for a request that does not wait now."""
    if taken_back or state != WAITING:
        message = "This step is not possible, because the record was answered or has ended. Read it again."
        raise StepForbidden("counselling_request.follows", message)
