"""Who works on a matter, its steps in their order, and what a decision says of money."""

from collections.abc import Mapping
from typing import Final

from services.legal.case.rules import WORKERS, Access
from shared.casework.refusals import FactRefused, NotArrivedYet, StepForbidden
from shared.reference import Remedy, profile

ACCESS: Final[Access] = {"matter.open": WORKERS, "compensation.record": WORKERS}
AWARDED = frozenset(("granted", "partly_granted"))
#: step -> the status that a matter must have, and the one that it gets; any other status raises.
STEPS: Mapping[str, tuple[str, str]] = {
    "application": ("opened", "applied"),
    "decision": ("applied", "decided"),
    "payment": ("decided", "paid"),
}
#: status -> what is done next, in words.
_NEXT = {
    "opened": "Record the application first.",
    "applied": "Its application is recorded; the decision comes next.",
    "decided": "Its decision is recorded; only a payment can follow, where something was granted.",
    "paid": "It is paid, and ended. Open a new matter for another claim.",
}


def remedy_of(jurisdiction: str | None, code: str) -> Remedy:
    """Return a remedy of the case's jurisdiction. Raises `NotArrivedYet` and `FactRefused`."""
    if jurisdiction is None:
        raise NotArrivedYet(
            "jurisdiction_known", "The opening of this case has not arrived from intake yet. Try again in a moment."
        )
    jurisdiction_profile = profile(jurisdiction)
    if code not in jurisdiction_profile.remedies:
        remedies = ", ".join(jurisdiction_profile.remedies)
        raise FactRefused("remedy", "remedy_of_the_jurisdiction", f"{jurisdiction} has the remedies {remedies}.")
    return jurisdiction_profile.remedies[code]


def advance(step: str, status: str) -> str:
    """Return the status of a matter after a step. Raises `StepForbidden` where the step is not the next."""
    needed, after = STEPS[step]
    if status != needed:
        raise StepForbidden(f"{step}_follows_{needed}", f"This matter is {status}. {_NEXT[status]}")
    return after


def award(outcome: str, amount_band: str | None, currency: str | None) -> None:
    """Check what a decision says of money. Raises `FactRefused`."""
    if amount_band is not None and outcome not in AWARDED:
        raise FactRefused("amount_band", "amount_only_if_granted", "A refusal has no amount; leave it out.")
    if amount_band is not None and currency is None:
        raise FactRefused("currency", "amount_has_a_currency", "Name the currency of the amount.")


def payable(outcome: str | None) -> None:
    """Raise `StepForbidden` unless something was granted."""
    if outcome not in AWARDED:
        raise StepForbidden(
            "payment_follows_award", "Nothing was granted in this matter, so nothing can be paid. Check the decision."
        )
