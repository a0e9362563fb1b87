"""What legal has to keep of a person who asked to be erased."""

from collections.abc import Iterable

#: A claim that was made can come back: an appeal, a demand to pay back, a complaint about the work.
_CLAIMED = frozenset(("applied", "decided"))
_PAID = "paid"


def keeping_basis(statuses: Iterable[str]) -> str | None:
    """Return the basis on which a case's matters are kept, by their statuses; None if there is none."""
    matter_statuses = set(statuses)
    if matter_statuses & _CLAIMED:
        return "legal_claims"
    return "accounting" if _PAID in matter_statuses else None
