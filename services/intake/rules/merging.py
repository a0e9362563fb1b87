"""Two cases of one person: joined by people who may see both, and parted again whole if that was wrong.

A merge is an alias: both cases keep their ids, keys, consents and history. What the law counts runs once: of two clocks
of one code one rests.
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


def merge(kept: UUID, other: UUID, jurisdictions: Collection[str], merged: Iterable[UUID]) -> None:
    """Check that two cases may be joined. `merged`: the merges that are in the way of this one.

    Who may join both cases is told that one is joined already, also to a case that they may not see: else they would
    join what nobody has compared. They are told no more than that, as by a clock that rests while another runs in its
    place: not which case it is, nor whose. Raises `FactRefused`, `StepForbidden`.
    """
    two_cases(kept, other)
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
    """Raise if a merge was taken back before."""
    if over:
        raise StepForbidden("unmerged_once", "This merge was taken back before; nothing is left to do.")


def resting(clocks: Iterable[Running], kept: UUID) -> list[Running]:
    """Choose, of the clocks of a person's cases, those that rest: of each code one runs on.

    It is the one that is safer for the person: of a protective period (a minimum) the one that ends later, of any other
    the one that ends earlier; a known day goes before an unknown one, and the kept case's before the others'.
    """
    of_code: dict[str, list[Running]] = {}
    for each in clocks:
        of_code.setdefault(each.code, []).append(each)
    return [each for same in of_code.values() for each in same if each != _safest(same, kept)]


def _safest(same: list[Running], kept: UUID) -> Running:
    def rank(clock: Running) -> tuple[bool, int, bool, UUID]:
        day = clock.due_on.toordinal() if clock.due_on else 0
        return clock.due_on is None, -day if clock.kind == PROTECTIVE else day, clock.case != kept, clock.clock

    return min(same, key=rank)


def shown(kept: UUID, alias: UUID, case: UUID) -> Mapping[str, Any]:
    """Say of a merge, seen from one of its cases, which the other one is, and whether this one is the alias."""
    return {"case": alias if case == kept else kept, "alias": case == alias}
