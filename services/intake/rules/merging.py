"""Merging two cases of one person, by staff who may see both; a wrong merge can be undone in full.

A merge is an alias: both cases keep their ids, keys, consents and history. A legal period runs once: of two clocks
with the same code one is suspended.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.intake.rules.links import two_cases
from services.intake.rules.refusals import StepForbidden

PROTECTIVE = "minimum"


@dataclass(frozen=True, slots=True)
class Running:
    """A clock that runs for one of the cases. `due_on` None: the length of its period is not known."""

    clock: UUID
    case: UUID
    code: str
    kind: str
    due_on: date | None


def merge(kept_case: UUID, other: UUID, jurisdictions: Collection[str], merged: Iterable[UUID]) -> None:
    """Check that two cases may be merged. `merged`: earlier merges that prevent it.

    The refusal reveals that one of the cases is merged already, also with a case that the caller may not see, since
    cases that nobody has compared would be merged otherwise. It does not reveal which case that is.
    Raises `FactRefused`, `StepForbidden`.
    """
    two_cases(kept_case, other)
    if len(set(jurisdictions)) > 1:
        raise StepForbidden(
            "one_jurisdiction", "These cases are under different laws, each with its own periods. Link them instead."
        )
    if set(merged):
        raise StepForbidden(
            "merged_once",
            "One of these cases is merged already. Take that merge back first; if you see none, ask a supervisor.",
        )


def unmerge(*, over: bool) -> None:
    """Raise `StepForbidden` if a merge was undone before."""
    if over:
        raise StepForbidden("unmerged_once", "This merge was taken back before; nothing is left to do.")


def resting(clocks: Iterable[Running], kept_case: UUID) -> list[Running]:
    """Return, of the clocks of a person's cases, those to suspend: of each code one runs on.

    It is the one that is safer for the person: of a protective period (a minimum) the one that ends later, of any other
    the one that ends earlier; a known day goes before an unknown one, and the kept case's before the others'.
    """
    of_code: dict[str, list[Running]] = {}
    for clock in clocks:
        of_code.setdefault(clock.code, []).append(clock)
    return [clock for same in of_code.values() for clock in same if clock != _safest(same, kept_case)]


def _safest(same: list[Running], kept_case: UUID) -> Running:
    def rank(clock: Running) -> tuple[bool, int, bool, UUID]:
        day = clock.due_on.toordinal() if clock.due_on else 0
        return clock.due_on is None, -day if clock.kind == PROTECTIVE else day, clock.case != kept_case, clock.clock

    return min(same, key=rank)


def shown(kept_case: UUID, alias: UUID, case: UUID) -> Mapping[str, Any]:
    """Return a merge as seen from one of its cases: the other case, and whether this one is the alias."""
    return {"case": alias if case == kept_case else kept_case, "alias": case == alias}
