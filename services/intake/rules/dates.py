"""When a fact may have happened."""

from datetime import date

from services.intake.rules.refusals import FactRefused
from shared.reference.periods import earliest


def not_in_future(field: str, day: str | date | None, today: date) -> None:
    """Raise `FactRefused` if a fact is dated after today (local); a partial date counts from its first day."""
    if day is None:
        return
    first = earliest(day) if isinstance(day, str) else day
    if first > today:
        raise FactRefused(field, "not_in_the_future", "This date lies ahead; a fact can't be recorded before its day.")
