"""Who assesses, how risk is read, and what of it is announced: never a score."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from services.support.case.rules import PLANNERS, Access
from shared.events.envelope import Announcement

ACCESS: Final[Access] = {"assessment.record": PLANNERS}

#: From this score on (of 4) a domain is named to others; the score itself never is.
NAMED_FROM: Final = 3
HIGHEST: Final = 4

#: Where the highest score means danger now, to the person or to those near them.
SAFETY_DOMAINS: Final = frozenset(
    (
        "immediate_safety",
        "trafficker_contact",
        "self_harm_suicide",
        "family_at_home",
        "children_dependants",
        "digital_safety",
    )
)

_LEVELS: Final = ("none", "low", "medium", "high", "high")
_RANK: Final = {level: rank for rank, level in enumerate(("none", "low", "medium", "high", "urgent"))}
_REASSESS_AFTER: Final = {
    "urgent": timedelta(days=1),
    "high": timedelta(days=7),
    "medium": timedelta(days=30),
    "low": timedelta(days=90),
    "none": timedelta(days=90),
}


@dataclass(frozen=True)
class Scores:
    """One domain of an assessment: need and risk from 0 (none) to 4 (critical), the person's own priority 1 to 5."""

    need: int
    risk: int
    priority: int | None = None


@dataclass(frozen=True)
class Finding:
    """What an assessment comes to: codes and a day, never a score."""

    overall_risk: str
    high_domains: tuple[str, ...]
    reassess_on: date


def assess(domains: Mapping[str, Scores], assessed_on: date) -> Finding:
    """Read an assessment.

    The overall risk is that of the highest single domain: a mean would hide the one danger among many small worries.
    A domain is named when its need or its risk is high.
    """
    level = max((_level(name, scores.risk) for name, scores in domains.items()), key=_RANK.__getitem__, default="none")
    named = sorted(name for name, scores in domains.items() if max(scores.need, scores.risk) >= NAMED_FROM)
    return Finding(level, tuple(named), assessed_on + _REASSESS_AFTER[level])


def _level(domain: str, risk: int) -> str:
    return "urgent" if risk == HIGHEST and domain in SAFETY_DOMAINS else _LEVELS[risk]


def assessment_completed(assessment: UUID, assessment_type: str, assessed_on: date, finding: Finding) -> Announcement:
    """Announce an assessment without its scores."""
    return Announcement(
        "assessment.completed",
        {
            "assessment": assessment,
            "assessment_type": assessment_type,
            "overall_risk": finding.overall_risk,
            "domains_at_or_above_3": list(finding.high_domains),
            "assessed_on": assessed_on,
            "reassess_on": finding.reassess_on,
        },
    )
