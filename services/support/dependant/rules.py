"""Who records dependants, and when somebody sees how they are. A child who may be a victim has a case of their own."""

from datetime import date, timedelta
from typing import Final

from services.support.case.rules import PLANNERS, Access

ACCESS: Final[Access] = dict.fromkeys(("dependant.record", "dependant.check", "dependant.correct"), PLANNERS)
TASK: Final = "dependant_check"
#: Ours, no law's: somebody looks at once where nobody cares for them, or those do who exploited the person.
_AT_ONCE: Final = timedelta()
_USUALLY: Final = timedelta(days=30)
_WITH_TRAFFICKER: Final = "with_trafficker"
_NOBODY: Final = "nobody"


def check_due(whereabouts: str, care: str, today: date, check_on: date | None) -> date:
    """Return the day by which somebody sees how a dependant is: as was agreed, at once in danger, or within 30 days."""
    in_danger = whereabouts == _WITH_TRAFFICKER or care == _NOBODY
    latest = today + (_AT_ONCE if in_danger else _USUALLY)
    return latest if check_on is None else min(max(check_on, today), latest)
