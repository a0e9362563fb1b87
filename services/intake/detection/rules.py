"""Decisions about signs of exploitation: pure, data in and data out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.intake.case.rules import WORKERS, Access
from shared.casework.dates import not_in_future
from shared.casework.refusals import FactRefused
from shared.reference import NOT_KNOWN, codes, indicator_set, weigh
from shared.reference.periods import earliest, latest

ACCESS: Final[Access] = {"detection.record": WORKERS}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedDimension:
    """What the operational indicators say of one dimension of trafficking."""

    dimension: str
    enough: bool
    explanation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """How strong signs are. `seen` counts the ILO's indicators; `verify`: someone who knows them should check."""

    says: str
    strength: str
    seen: int
    explanation: str
    dimensions: tuple[ExplainedDimension, ...]
    verify: bool


def check_detection(began: str | None, ended: str | None, detected_on: date, today: date) -> None:
    """Check the dates of a detection: of the first incident, of the work's end, of its record. Raises `FactRefused`."""
    not_in_future("earliest_incident_on", began, today)
    not_in_future("work_ended_on", ended, today)
    not_in_future("detected_on", detected_on, today)
    if began and ended and latest(ended) < earliest(began):
        raise FactRefused(
            "work_ended_on", "ended_after_it_began", "The work can't have ended before the first incident."
        )


def strength(indicators: Sequence[str]) -> str:
    """Return the strength of the ILO's indicators seen. One may suffice, so this orders work and decides nothing."""
    count = len(_seen(indicators))
    return "none" if count == 0 else "weak" if count == 1 else "medium" if count <= 3 else "strong"  # noqa: PLR2004


def explain(indicators: Sequence[str], operational: Sequence[str] = ()) -> Explained:
    """Explain what was seen: the ILO's indicators, and the operational ones by dimension. No decision, no verdict."""
    seen, published = _seen(indicators), len(codes("ilo_forced_labour_indicator").parts[0].values)
    weighed = weigh(indicator_set("delphi_labour_adults"), operational)
    return Explained(
        says=weighed.says,
        strength=strength(indicators),
        seen=len(seen),
        explanation=(
            f"{len(seen)} of the ILO's {published} indicators seen. The ILO publishes no threshold: one may suffice, "
            "often several are needed. The strength is ours, and only orders work."
        ),
        dimensions=tuple(
            ExplainedDimension(
                dimension=dimension.dimension, enough=dimension.meets is not None, explanation=dimension.explanation
            )
            for dimension in weighed.dimensions
        ),
        verify=weighed.verify,
    )


def _seen(indicators: Sequence[str]) -> list[str]:
    return [indicator for indicator in dict.fromkeys(indicators) if indicator not in NOT_KNOWN]
