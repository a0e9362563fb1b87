"""Who reads the file and who gives a copy of it, and what a law makes legal keep of it."""

from collections.abc import Iterable
from typing import Final

from services.legal.cases.case.rules import READERS, WORKERS, Access

#: Whoever gives a copy sees all of it.
ACCESS: Final[Access] = {"case.read": READERS, "copy.give": WORKERS}
#: A claim that was made can come back: an appeal, a demand to pay back, a complaint about the work.
_CLAIMED = frozenset(("applied", "decided"))
_PAID = "paid"


def keeping_basis(statuses: Iterable[str]) -> str | None:
    """Return the basis on which a case's matters are kept, by their statuses; None if there is none."""
    matter_statuses = set(statuses)
    if matter_statuses & _CLAIMED:
        return "legal_claims"
    return "accounting" if _PAID in matter_statuses else None
