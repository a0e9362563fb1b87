"""Who changes a clock, which clocks are legal's, and what is late by one."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from services.legal.case.rules import WORKERS, Access
from shared.reference import Profile

ACCESS: Final[Access] = {"clock.change": WORKERS}


def is_late(day: date, due_on: Iterable[date | None], *, counts: str) -> bool:
    """Return whether a day is after the last day of a period; False where that is not known. Late is never refused.

    Of several periods the `earliest` or the `latest` counts: a limitation runs from the earliest possible day, a
    window from the latest decision.
    """
    due_days = list(due_on)
    last_days = [due for due in due_days if due is not None]
    if not last_days or len(last_days) < len(due_days):
        return False
    return day > (min(last_days) if counts == "earliest" else max(last_days))


def is_legal(law: Profile, code: str) -> bool:
    """Return whether legal keeps the clock of a code."""
    return law.clocks[code][0].keeper == "legal"
