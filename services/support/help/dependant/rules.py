"""The roles that record dependants, and the day of the next check. A child who may be a victim has their own case."""

from datetime import date, timedelta
from typing import Final

from services.support.cases.case.rules import PLANNERS, Access

ACCESS: Final[Access] = dict.fromkeys(("dependant.record", "dependant.check", "dependant.correct"), PLANNERS)
TASK: Final = "dependant_check"
#: Our own times, not from a law. A check is due at once if a dependant has no carer, or is with the exploiters.
_AT_ONCE: Final = timedelta()
_USUALLY: Final = timedelta(days=30)
_WITH_TRAFFICKER: Final = "with_trafficker"
_NOBODY: Final = "nobody"


def check_due(whereabouts: str, care: str, today: date, check_on: date | None) -> date:
    """Return the day of the next check of a dependant: as agreed, within 30 days, and at once in danger."""
    in_danger = whereabouts == _WITH_TRAFFICKER or care == _NOBODY
    latest = today + (_AT_ONCE if in_danger else _USUALLY)
    return latest if check_on is None else min(max(check_on, today), latest)
