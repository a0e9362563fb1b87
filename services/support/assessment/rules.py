"""Who assesses, how risk is read, and what of it is announced: never a score."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from services.support.case.rules import PLANNERS, Access
from shared.events.envelope import Announcement
from shared.reference import JURISDICTIONS, profile

ACCESS: Final[Access] = {"assessment.record": PLANNERS, "assessment.correct": PLANNERS}

#: From this score on (of 4) a domain is named to those who see the case; the score itself is to few of them.
NAMED_FROM: Final = 3
HIGHEST: Final = 4

_LAWS: Final = tuple(profile(code) for code in JURISDICTIONS)
#: Where the highest score means danger now, to the person or to those near them: by any profile.
SAFETY_DOMAINS: Final = frozenset(domain for law in _LAWS for domain in law.safety_domains.domains)

#: Asked, and not known: said of a need or a risk in place of a number.
UNKNOWN: Final = "unknown"
#: Somebody has to act at once.
URGENT: Final = "urgent"
#: The version of the announcement that says of a finding only whether somebody has to act at once: how high a risk is
#: and in what would be the score again, by another name.
ONLY_WHETHER_URGENT: Final = 2
_LEVELS: Final = ("none", "low", "medium", "high", "high")
#: What nobody asked about may be dangerous: it ranks above what was found to be little.
_RANK: Final = {level: rank for rank, level in enumerate(("none", "low", UNKNOWN, "medium", "high", URGENT))}
#: The soonest of any profile: one person's safety waits no longer than another's.
_REASSESS_AFTER: Final = {
    level: timedelta(days=min(law.reassessment.after[level].amount for law in _LAWS)) for level in _RANK
}


@dataclass(frozen=True)
class Scores:
    """One domain of an assessment: need and risk from 0 (none) to 4 (critical), the person's own priority 1 to 5.

    `unknown` stands for a need or a risk that was asked about, and that nobody could say.
    """

    need: int | str
    risk: int | str
    priority: int | None = None


@dataclass(frozen=True)
class Finding:
    """What an assessment comes to: codes and a day, never a score. What was not asked is not *no*."""

    overall_risk: str
    high_domains: tuple[str, ...]
    #: None: it was not noted.
    unasked_domains: tuple[str, ...] | None
    reassess_on: date


def assess(domains: Mapping[str, Scores], assessed_on: date, all_domains: Collection[str]) -> Finding:
    """Read an assessment.

    The overall risk is that of the highest single domain: a mean would hide the one danger among many small worries.
    It is at least unknown while the risk of a safety domain was not asked about or not known, and so it is where
    nothing is known at all. A domain is named when its need or its risk is high.
    """
    answered = {name: risk for name, scores in domains.items() if isinstance(risk := scores.risk, int)}
    levels = [_level(name, risk) for name, risk in answered.items()]
    if not answered or not answered.keys() >= SAFETY_DOMAINS:
        levels.append(UNKNOWN)
    level = max(levels, key=_RANK.__getitem__)
    named = sorted(name for name, scores in domains.items() if _is_high(scores.need) or _is_high(scores.risk))
    unasked = sorted(set(all_domains) - domains.keys())
    return Finding(level, tuple(named), tuple(unasked), assessed_on + _REASSESS_AFTER[level])


def _is_high(score: int | str) -> bool:
    return isinstance(score, int) and score >= NAMED_FROM


def _level(domain: str, risk: int) -> str:
    return URGENT if risk == HIGHEST and domain in SAFETY_DOMAINS else _LEVELS[risk]


def raises_alert(overall_risk: str, before: str | None = None) -> bool:
    """Return whether an assessment raises an alert; `before`: what it had found until it was put right."""
    return overall_risk == URGENT and before != URGENT


def assessment_completed(
    assessment: UUID, assessment_type: str, overall_risk: str, reassess_on: date, *, revision: int = 1
) -> Announcement:
    """Announce an assessment, and whether somebody has to act; once it was put right, of a higher revision."""
    payload = {
        "assessment": assessment,
        "assessment_type": assessment_type,
        "urgent": overall_risk == URGENT,
        "reassess_on": reassess_on,
        "revision": revision,
    }
    return Announcement("assessment.completed", payload, ONLY_WHETHER_URGENT)
