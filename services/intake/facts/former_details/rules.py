"""Rules for access to former details: who may give a reason, and how long it is valid. Pure."""

from datetime import datetime, timedelta
from typing import Final

from services.intake.facts.case.rules import Access
from shared.access.permissions import Need

ACCESS: Final[Access] = {
    # These roles handle old papers: a decision, a file or a document in a former name.
    "former_details.read": {
        **dict.fromkeys(("caseworker", "outreach_worker", "legal_adviser"), Need.TEAM),
        "supervisor": Need.SUPERVISION,
    },
    "former_details.search": dict.fromkeys(("caseworker", "outreach_worker", "legal_adviser", "supervisor"), Need.ANY),
}
#: Casepath's own period, by the domain's clock: as long as one works on a paper.
SHOWN_FOR: Final = timedelta(hours=24)
#: Casepath's own period: a search under an old name takes one sitting, or needs another reason.
SEARCHED_FOR: Final = timedelta(hours=1)


def stands(until: datetime | None, now: datetime) -> bool:
    """Return whether a reason is still valid; `until` is None if there is no reason."""
    return until is not None and now < until
