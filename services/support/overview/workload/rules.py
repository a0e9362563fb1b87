"""The roles that see workload: workers see their own, and supervisors see that of their staff."""

from datetime import timedelta
from typing import Final

from services.support.cases.case.rules import WORKERS, Access
from shared.access.permissions import Need

ACCESS: Final[Access] = {"workload.read": dict.fromkeys(WORKERS, Need.ANY)}
HIGH: Final = ("high", "urgent")
#: The days in which sessions are counted, including today.
WEEK: Final = timedelta(days=7)
