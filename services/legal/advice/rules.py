"""Who records advice, and who sees what of it."""

from typing import Final

from services.legal.case.rules import WORKERS, Access, Copied, Fields
from shared.access.permissions import FieldClass

ACCESS: Final[Access] = {"advice.record": WORKERS}
VISIBLE: Final[Fields] = {
    FieldClass.BASIC: {"advice": ("id", "phase", "status", "given_on")},
    FieldClass.PRIVILEGED: {"advice": ("topics", "funding", "language", "interpreter")},
}
COPIED: Final[Copied] = {"legal_advice": ("advice",)}
