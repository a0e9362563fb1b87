"""The rules of claims: the roles, the order of the steps, and the checks of a decision's amount."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Final

from services.legal.cases.case.rules import WORKERS, Access
from shared.casework.dates import dated
from shared.casework.refusals import FactRefused, NotArrivedYet, StepForbidden
from shared.reference import Remedy, profile

ACCESS: Final[Access] = {
    "matter.open": WORKERS,
    "compensation.record": WORKERS,
    "matter.correct": WORKERS,
}
#: The event version of a decision without an amount.
WITHOUT_AMOUNT: Final = 2
#: Maps whether a period was met in time to the result for the claim. The worst of several counts.
_SAID_OF_ENDS = {"no": "late", "unknown": "perhaps_late", "yes": "in_time"}
LIMITATIONS = ("none", "not_met", *_SAID_OF_ENDS.values())
#: Maps a field to the statuses in which it exists. Other fields always exist.
_ANY = frozenset(("opened", "applied", "decided", "paid"))
_SINCE = {
    "applied_on": _ANY - {"opened"},
    "about": _ANY - {"opened"},
    **dict.fromkeys(("decided_on", "outcome", "amount_band", "currency"), frozenset(("decided", "paid"))),
    "paid_on": frozenset(("paid",)),
}
#: The days of a claim in the order of its steps. A claim can be older than our work on it.
DAYS = ("opened_on", "applied_on", "decided_on", "paid_on")
AWARDED = frozenset(("granted", "partly_granted"))
#: Maps a step to the status before it and the status after it.
STEPS: Mapping[str, tuple[str, str]] = {
    "application": ("opened", "applied"),
    "decision": ("applied", "decided"),
    "payment": ("decided", "paid"),
}
#: Maps a status to the next step, in words.
_NEXT = {
    "opened": "Record the application first.",
    "applied": "The next step is the decision on the application.",
    "decided": "The only next step is a payment, if an amount was granted.",
    "paid": "For another claim, open a new matter.",
}


def remedy_of(jurisdiction: str | None, code: str) -> Remedy:
    """Return a remedy of the case's jurisdiction. Raises `NotArrivedYet` and `FactRefused`."""
    if jurisdiction is None:
        raise NotArrivedYet(
            "jurisdiction_known",
            "This case is new, and its opening has not arrived from intake yet. Try again in a moment.",
        )
    jurisdiction_profile = profile(jurisdiction)
    if code not in jurisdiction_profile.remedies:
        remedies = ", ".join(jurisdiction_profile.remedies)
        raise FactRefused(
            "remedy",
            "remedy_of_the_jurisdiction",
            f"The law {jurisdiction} does not have this remedy. Choose one of these: {remedies}.",
        )
    return jurisdiction_profile.remedies[code]


def limit_of(jurisdiction: str | None, remedy: str) -> str | None:
    """Return the period that a claim for a remedy has to meet; None if the law sets no day for it.

    Raises `NotArrivedYet`, `FactRefused`.
    """
    clock = remedy_of(jurisdiction, remedy).clock
    if clock is None or jurisdiction is None:
        return None
    starts = profile(jurisdiction).starts_by(clock)
    return None if any(start.undated == "now" for start in starts) else clock


def limitation_after(clock: str | None, ends: Collection[str]) -> str:
    """Return how a claim affects the limitation of its remedy (one of `LIMITATIONS`).

    `clock`: the limitation period, None if the remedy has none. `ends`: whether the periods that the claim met were met
    in time (yes, no, unknown). It is empty if the claim met none: the claim came before the event that starts the
    limitation, or that event is unknown.
    """
    if clock is None:
        return "none"
    if not ends:
        return "not_met"
    return next(limitation for end, limitation in _SAID_OF_ENDS.items() if end in ends)


def advance(step: str, status: str) -> str:
    """Return the status after a step. Raises `StepForbidden` if it is not the next step."""
    needed, after = STEPS[step]
    if status != needed:
        raise StepForbidden(
            f"{step}_follows_{needed}", f"This step is not possible, because this matter is {status}. {_NEXT[status]}"
        )
    return after


def award(outcome: str, amount_band: str | None, currency: str | None) -> None:
    """Check the outcome, amount and currency of a decision. Raises `FactRefused`."""
    if amount_band is not None and outcome not in AWARDED:
        raise FactRefused("amount_band", "amount_only_if_granted", "A refusal has no amount. Leave the amount out.")
    if amount_band is not None and currency is None:
        raise FactRefused(
            "currency", "amount_has_a_currency", "The currency of the amount is missing. Send the currency."
        )


def check_taken(status: str, changed: Iterable[str]) -> None:
    """Raise `FactRefused` for a correction of a step that has not happened yet."""
    for name in changed:
        if status not in _SINCE.get(name, _ANY):
            raise FactRefused(
                name,
                "corrects_what_was_taken",
                f"This matter is {status}, and has no such step to correct. Read the matter again.",
            )


def in_order(days: Mapping[str, date | None], today: date) -> None:
    """Raise `FactRefused` for a day in the future or before the previous step. `days` has them by field."""
    since: date | None = None
    for name in DAYS:
        day = days[name]
        if day is not None:
            dated(name, day, today, since=since, after="the step before")
            since = day if name != "opened_on" else None


def payable(outcome: str | None) -> None:
    """Raise `StepForbidden` if nothing was granted."""
    if outcome not in AWARDED:
        raise StepForbidden(
            "payment_follows_award", "Nothing was granted in this matter, so nothing can be paid. Check the decision."
        )
