"""The place of a period on a list of due items, by its state, its days and its doubts. Pure."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Final

#: Periods that are neither over nor withdrawn: their end is awaited, or an action is due by then.
RUNNING_STATES: Final = ("undated", "running", "paused", "doubtful")
#: Periods that are over. They stay on a list until they are acknowledged.
PAST_STATES: Final = ("missed", "passed")
REACHED: Final = "reached"
#: The groups of a list (code list `due_group`). Over: by every reading, but it is unknown whether the period was met.
OVERDUE, DUE, UNCLEAR, OVER, UNDATED = "overdue", "due", "unclear", "over", "undated"
_DOUBTFUL: Final = "doubtful"
#: The doubt (list `clock_doubt`) about a period for which the law sets no day.
ACT_NOW: Final = "act_now"


def is_listed(state: str, kind: str) -> bool:
    """Return whether a period in this state is listed: until it is met, ended, withdrawn or acknowledged.

    A reached minimum needs no action. A reached maximum does, because the protection ends with it.
    """
    return state in (*RUNNING_STATES, *PAST_STATES) or (state == REACHED and kind == "maximum")


# control: H-DEADLINE-8 act-now
def group(
    state: str,
    due_on: date | None,
    certainty: str | None,
    today: date,
    other_due_on: date | None = None,
    doubts: Collection[str] = (),
) -> str:
    """Return the group of an item on a list (code list `due_group`).

    A period is due until its first possible day, even if that day is not certain. After that day, a period that is
    perhaps met or perhaps over is unclear until its last possible day. After that it is over, and never urgent. A
    period for which the law sets no day is due now. A period that the law counts in hours can be over on its last day.
    """
    if due_on is None:
        return DUE if is_due_now(state, doubts) else UNDATED
    if state in RUNNING_STATES and due_on >= today:
        return DUE
    if state == _DOUBTFUL:
        return OVER if other_due_on is not None and other_due_on < today else UNCLEAR
    if certainty == UNCLEAR:
        return UNCLEAR
    return OVERDUE if due_on < today or state in PAST_STATES else DUE


def is_due_now(state: str, doubts: Collection[str]) -> bool:
    """Return whether a period has no day by law, and can be too late on any day."""
    return state in RUNNING_STATES and ACT_NOW in doubts


# control: H-DEADLINE-13 instant
def instant(due_at: datetime | None, ends_at: datetime | None) -> datetime | None:
    """Return the instant at which a period is due, if the law counts it in hours; None if it is due on a day.

    A day begins at `due_at` and ends at `ends_at`. For hours, both are the same instant.
    """
    return due_at if due_at == ends_at else None
