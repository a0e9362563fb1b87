"""Who changes a clock, and what is said of whether a step came late by one."""

from typing import Final

from services.legal.cases.case.rules import WORKERS, Access

ACCESS: Final[Access] = {"clock.change": WORKERS}
