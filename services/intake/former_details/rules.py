"""Who may have a reason to see what somebody was called before, and for how long a reason stands."""

from datetime import datetime, timedelta
from typing import Final

from services.intake.case.rules import Access
from shared.access.permissions import Need

ACCESS: Final[Access] = {
    # Whose work meets old papers: a decision, a file, a document in the name of before.
    "former_details.read": {
        **dict.fromkeys(("caseworker", "outreach_worker", "legal_adviser"), Need.TEAM),
        "supervisor": Need.SUPERVISION,
    },
    "former_details.search": dict.fromkeys(("caseworker", "outreach_worker", "legal_adviser", "supervisor"), Need.ANY),
}
#: By the domain's clock, from the house: as long as a paper lies on the desk.
SHOWN_FOR: Final = timedelta(hours=24)
#: From the house: who looks for somebody under an old name finds them in a sitting, or asks again.
SEARCHED_FOR: Final = timedelta(hours=1)


def stands(until: datetime | None, now: datetime) -> bool:
    """Return whether a reason on record stands; None: there is none."""
    return until is not None and now < until
