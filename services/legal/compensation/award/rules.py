"""The rules of awards and of conflicts between remedies. An award's state follows from its steps, in any order. Pure.

Conflicts are shown with their source before a claim is made.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, TypeAlias
from uuid import UUID

from services.legal.cases.case.rules import READERS, WORKERS, Access
from shared.casework.refusals import FactRefused, StepForbidden
from shared.events.envelope import Announcement
from shared.reference import Profile, RemedyConflict

AWARDED, PAYMENT, ADVANCE = "awarded", "payment", "advance"

PART_PAID, PAID, SET_ASIDE = "part_paid", "paid", "set_aside"

#: Steps that have an amount.
WITH_AMOUNT: Final = frozenset((PAYMENT, ADVANCE))

#: Steps after which no payment is expected, unless a later step changes that.
_LOST: Final = frozenset(("unpaid", "written_off", "withdrawn", SET_ASIDE))

#: The order of steps on the same day. The last one counts.
_ORDER: Final = (
    "settled",
    "final",
    "collecting",
    "enforcement",
    ADVANCE,
    PAYMENT,
    "unpaid",
    "written_off",
    "withdrawn",
    "set_aside",
)

MOST_STEPS: Final = 200

#: The state of an award, and the day of the next enforcement step. None: none is planned.
Awaited: TypeAlias = tuple[str, date | None]

ACCESS: Final[Access] = {
    "award.record": WORKERS,
    "remedy.read": READERS,
}


@dataclass(frozen=True)
class Step:
    """A step of an award: its kind, its day, and the amount paid, if any."""

    kind: str
    happened_on: date
    amount: Decimal | None = None


def check_amount(kind: str, amount: Decimal | None, currency: str | None, of_award: str | None) -> None:
    """Check the amount and currency of a step. Raises `FactRefused`, without naming the amount."""
    if (kind in WITH_AMOUNT) != (amount is not None):
        raise FactRefused(
            "amount",
            "payments_have_an_amount",
            "Payments and advances need an amount, and other steps have none. Send the amount, or leave it out.",
        )
    if amount is not None and currency != of_award:
        raise FactRefused(
            "currency",
            "currency_of_the_award",
            "The currency differs from the currency of the award. Send the amount in the currency of the award.",
        )


def check_room(steps: int) -> None:
    """Raise `StepForbidden` if an award already has the maximum number of steps."""
    if steps >= MOST_STEPS:
        raise StepForbidden(
            "few_enough_steps", f"This award has {MOST_STEPS} steps, which is the maximum. Record a new award for more."
        )


def is_awaited(state: str, next_on: date | None) -> bool:
    """Return whether an award needs work: a payment is expected, or an enforcement step is planned."""
    return state != PAID and (state not in _LOST or next_on is not None)


def told_anew(award: UUID, remedy: str, before: Awaited | None, after: Awaited) -> list[Announcement]:
    """Return the event that the task of an award is new, has another day, or is done."""
    is_waiting = is_awaited(*after)
    if is_waiting and (before is None or not is_awaited(*before) or before[1] != after[1]):
        return [Announcement("award_task.set", {"award": award, "remedy": remedy, "due_on": after[1]})]
    if not is_waiting and before is not None and is_awaited(*before):
        return [Announcement("award_task.done", {"award": award})]
    return []


def paid_so_far(steps: Iterable[Step]) -> Decimal:
    """Return the total paid so far, including advances."""
    return sum((step.amount for step in steps if step.amount is not None), Decimal(0))


def state_of(awarded: Decimal | None, steps: Iterable[Step]) -> str:
    """Return the state of an award (code list `money_state`).

    Payments decide; before the first one, the latest step decides. A step by which an award is lost overrides a partial
    payment, and setting the award aside overrides all. Without a known amount, no payment completes the award.
    """
    ordered = sorted(steps, key=lambda step: (step.happened_on, _ORDER.index(step.kind), step.amount or Decimal(0)))
    paid = paid_so_far(ordered)
    last = ordered[-1].kind if ordered else AWARDED
    if awarded is not None and paid >= awarded and last != SET_ASIDE:
        return PAID
    if last in _LOST:
        return last
    if paid:
        only_advance = all(step.kind == ADVANCE for step in ordered if step.amount is not None)
        return ADVANCE if only_advance else PART_PAID
    return last


@dataclass(frozen=True)
class Shown:
    """A conflict as seen from one remedy, and whether the other one is pursued in this case."""

    conflict: RemedyConflict
    other: str
    bites: bool


def conflicts_of(law: Profile, remedy: str, pursued: Collection[str]) -> Iterator[Shown]:
    """Iterate over the conflicts of a remedy with others, seen from either side, with whether each applies here."""
    for conflict in law.remedy_conflicts:
        if remedy in (conflict.first, conflict.second):
            other = conflict.second if remedy == conflict.first else conflict.first
            yield Shown(conflict, other, bites=other in pursued)
