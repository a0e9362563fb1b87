"""Who records a service, and who sees what was given."""

from collections.abc import Iterable
from typing import Final

from services.support.case.rules import WORKERS, Access, Copied, Fields
from shared.access.permissions import FieldClass
from shared.events.envelope import Announcement

ACCESS: Final[Access] = {"service.record": WORKERS}
VISIBLE: Final[Fields] = {
    FieldClass.HEALTH: {
        "urgent_needs": ("service_type", "noted_on", "met_on"),
        "services": ("id", "service_type", "urgent", "delivered_on"),
    }
}
COPIED: Final[Copied] = {"urgent_need": ("urgent_needs",), "service": ("services",)}


def urgent_need_noted(needs: Iterable[str]) -> Announcement:
    """Announce needs that can't wait."""
    return Announcement("urgent_need.noted", {"needs": sorted(needs)})
