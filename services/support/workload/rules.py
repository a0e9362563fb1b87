"""Who sees how much somebody has to carry: everybody their own, and who supervises them."""

from datetime import timedelta
from typing import Final

from services.support.case.rules import WORKERS, Access
from shared.access.permissions import Need

ACCESS: Final[Access] = {"workload.read": dict.fromkeys(WORKERS, Need.ANY)}
HIGH: Final = ("high", "urgent")
#: The days of which sessions are counted, today among them.
WEEK: Final = timedelta(days=7)
