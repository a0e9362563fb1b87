"""Who asks for a reconsideration, what it needs, and within which clocks it can be asked for."""

from collections.abc import Iterable
from typing import Final

from services.legal.case.rules import WORKERS, Access
from services.legal.identification.rules import step_clocks
from shared.casework.refusals import NotArrivedYet
from shared.reference import Profile

ACCESS: Final[Access] = {"reconsideration.request": WORKERS}


def reconsideration_clocks(profile: Profile, stage: str) -> tuple[str, ...]:
    """Return the clocks within which reconsideration of a negative decision of this stage can be requested."""
    return step_clocks(profile, stage, "negative", None).starts


def reconsider(stage: str, decided: Iterable[tuple[str, str | None]]) -> None:
    """Raise `NotArrivedYet` unless a negative decision of the stage is among those known (stage, outcome)."""
    if (stage, "negative") not in set(decided):
        raise NotArrivedYet(
            "reconsiders_a_negative_decision",
            "No negative decision of this stage is known here. Record it at intake; it arrives here in a moment.",
        )
