"""Who asks for a reconsideration, and which decision it is about."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from services.legal.case.rules import WORKERS, Access
from shared.casework.refusals import FactRefused

ACCESS: Final[Access] = {"reconsideration.request": WORKERS, "reconsideration.correct": WORKERS}


def decision_asked_about(
    named: UUID | None, stage: str, decisions: Iterable[tuple[UUID, str | None, str | None]]
) -> UUID | None:
    """Return the decision that is to be looked at again: the one that is named, or the only one that it can be.

    `decisions`: those that are known, each with its stage and outcome. None where no negative one of the stage is known
    here: it may be heard later. Raises `FactRefused` where it could be one of several.
    """
    if named is not None:
        return named
    others = [
        decision for decision, of_stage, outcome in decisions if of_stage == stage and outcome not in (None, "positive")
    ]
    if len(others) > 1:
        listed = ", ".join(str(decision) for decision in sorted(others))
        raise FactRefused("about", "says_which_decision", f"There are several; name one of these: {listed}.")
    return others[0] if others else None
