"""The roles that change a deadline."""

from typing import Final

from services.legal.cases.case.rules import WORKERS, Access

ACCESS: Final[Access] = {"clock.change": WORKERS}
