"""Which entitlements follow from a step of the official path, and the states of their proposals. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID, uuid5

from shared.casework.refusals import FactRefused, StepForbidden
from shared.reference import Profile

PROPOSED, CONFIRMED, REFUSED, CHANGED, WITHDRAWN = "proposed", "confirmed", "refused", "changed", "withdrawn"

#: The kind of task: answer a proposal, or look again at one whose step was corrected.
ANSWER: Final = "entitlement_proposed"

#: The states in which a proposal waits for an answer.
WAITING: Final = frozenset((PROPOSED, CHANGED))

_NAMESPACE: Final = UUID("0a4a5c0c-3d0e-5b6e-9b6f-7f2b8a9d1c35")


@dataclass(frozen=True)
class Step:
    """A step of the official path, as the last event about it states it.

    `stage`: of a reconsideration, the stage whose decision it reconsiders. `outcome`: None for a step without a
    decision. `day`: None if its day is not known. `stands`: whether it still counts.
    """

    id: UUID
    stage: str | None
    outcome: str | None
    day: date | None
    stands: bool


def id_of(step: UUID, entitlement: str) -> UUID:
    """Return the id of the proposal of an entitlement because of a step: each step proposes it once."""
    return uuid5(_NAMESPACE, f"{step}/{entitlement}")


def following(law: Profile, step: Step) -> frozenset[str]:
    """Return the entitlements of a profile about which staff are asked because of a step."""
    if not step.stands or step.stage is None:
        return frozenset()
    return frozenset(
        code
        for code, leaf in law.entitlements.items()
        if step.stage in leaf.stages and (not leaf.outcomes or step.outcome in leaf.outcomes)
    )


def state_after(state: str, *, follows: bool, day_changed: bool) -> str:
    """Return the state of a proposal after its step was corrected or taken back.

    `follows`: whether the entitlement still follows from the step. `day_changed`: whether its first day is another one.
    What staff have confirmed is never taken back automatically: they look at it again.
    """
    if state in (PROPOSED, WITHDRAWN):
        return PROPOSED if follows else WITHDRAWN
    if state == CONFIRMED:
        return CHANGED if day_changed or not follows else CONFIRMED
    return state


def check_waits(state: str) -> None:
    """Raise `StepForbidden` unless a proposal waits for an answer."""
    if state not in WAITING:
        raise StepForbidden(
            "entitlement.proposal_waits",
            "This proposal was already answered, or the step was taken back. Record the entitlement yourself if the "
            "person has it.",
        )


def check_first_day(day: date | None) -> None:
    """Raise `FactRefused` for the confirmation of an entitlement whose first day is not known."""
    if day is None:
        raise FactRefused(
            "started_on",
            "entitlement.first_day_is_known",
            "The day of the step is not known, so the first day of the entitlement isn't either. Give its first day.",
        )


def check_ended(*, runs: bool) -> None:
    """Raise `StepForbidden` for the refusal of a confirmed entitlement that still runs."""
    if runs:
        raise StepForbidden(
            "entitlement.refused_once_ended",
            "The entitlement that was recorded for this proposal still runs. End it or take it back first.",
        )
