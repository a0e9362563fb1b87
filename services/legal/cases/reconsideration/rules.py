"""The roles that request a reconsideration, and the check of its decision."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from services.legal.cases.case.rules import WORKERS, Access
from shared.casework.refusals import FactRefused

ACCESS: Final[Access] = {"reconsideration.request": WORKERS, "reconsideration.correct": WORKERS}


def check_decision_named(
    named: UUID | None, stage: str, decisions: Iterable[tuple[UUID, str | None, str | None]]
) -> None:
    """Refuse a request that can be about several decisions and names none. Raises `FactRefused`.

    `decisions`: the known decisions, each with its stage and outcome. A request that can be about only one decision is
    stored without naming it. The derivation finds the decision, even if the request arrives first.
    """
    if named is not None:
        return
    others = [
        decision for decision, of_stage, outcome in decisions if of_stage == stage and outcome not in (None, "positive")
    ]
    if len(others) > 1:
        listed = ", ".join(str(decision) for decision in sorted(others))
        raise FactRefused(
            "about",
            "says_which_decision",
            f"The case has several decisions that this can be about. Name one of these: {listed}.",
        )
