"""Who records advice, and who sees what of it."""

from typing import Final

from services.legal.case.rules import WORKERS, Access

ACCESS: Final[Access] = {"advice.record": WORKERS}
