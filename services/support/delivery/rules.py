"""Who records a service, and who sees what was given."""

from collections.abc import Iterable
from typing import Final

from services.support.case.rules import WORKERS, Access
from shared.events.envelope import Announcement

ACCESS: Final[Access] = {"service.record": WORKERS}


def urgent_need_noted(needs: Iterable[str]) -> Announcement:
    """Announce needs that can't wait."""
    return Announcement("urgent_need.noted", {"needs": sorted(needs)})
