"""The roles for assessments, how scores become a risk, and the event, which never contains a score."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from services.support.cases.case.rules import PLANNERS, Access, Answered
from shared.casework.refusals import FactRefused, StepForbidden
from shared.events.envelope import Announcement
from shared.reference import JURISDICTIONS, profile

#: The roles that share a domain or print the person's copy also see its scores.
_SCORERS: Final = {role: need for role, need in PLANNERS.items() if role != "caseworker"}
ACCESS: Final[Access] = {
    "assessment.record": PLANNERS,
    "assessment.correct": PLANNERS,
    "assessment.continue": PLANNERS,
    "assessment.copy": _SCORERS,
    "assessment.share": _SCORERS,
}

#: The lowest score (of 4) with which a domain is named as high. Fewer readers see the score itself.
NAMED_FROM: Final = 3
HIGHEST: Final = 4

_LAWS: Final = tuple(profile(code) for code in JURISDICTIONS)
#: The domains in which the highest score means present danger to the person or those near them, in any profile.
SAFETY_DOMAINS: Final = frozenset(domain for law in _LAWS for domain in law.safety_domains.domains)

#: The answer, instead of a number, that it is unknown how high a need or a risk is.
UNKNOWN: Final = "unknown"
#: The answer that the person prefers not to say. It is neither unknown nor none.
DECLINED: Final = "prefer_not_to_say"
NO_COPY: Final = "none_wanted"
#: A member has to act at once.
URGENT: Final = "urgent"
#: The version of the event that only contains whether a member has to act at once. The level of the risk and its domain
#: would reveal the score.
ONLY_WHETHER_URGENT: Final = 2
_LEVELS: Final = ("none", "low", "medium", "high", "high")
#: Unasked risks can be dangerous, so unknown ranks above low.
_RANK: Final = {level: rank for rank, level in enumerate(("none", "low", UNKNOWN, "medium", "high", URGENT))}
#: The shortest time of all profiles: safety is equally urgent in each jurisdiction.
_REASSESS_AFTER: Final = {
    level: timedelta(days=min(law.reassessment.after[level].amount for law in _LAWS)) for level in _RANK
}


@dataclass(frozen=True)
class Scores:
    """One domain of an assessment: need and risk from 0 (none) to 4 (critical), the person's own priority 1 to 5.

    `unknown`: it is not known how high the need or risk is. `prefer_not_to_say`: the person did not want to say. The
    worker's view is stored next to the person's, and neither overwrites the other.
    """

    need: int | str
    risk: int | str
    priority: int | None = None
    worker_need: int | str = UNKNOWN
    worker_risk: int | str = UNKNOWN

    @classmethod
    def of(cls, scores: Answered) -> "Scores":
        """Return the scores of a stored domain, without its words."""
        names = ("need", "risk", "priority", "worker_need", "worker_risk")
        given = {name: scores[name] for name in names if scores.get(name) is not None}
        return cls(**{"need": UNKNOWN, "risk": UNKNOWN, **given})

    @property
    def highest_risk(self) -> int | None:
        """The higher risk of both views, if there is one: if the person rates it higher, theirs applies."""
        return _highest(self.risk, self.worker_risk)

    @property
    def highest_need(self) -> int | None:
        """The higher need of both views, if there is one."""
        return _highest(self.need, self.worker_need)


def _highest(*scores: int | str) -> int | None:
    return max((score for score in scores if isinstance(score, int)), default=None)


@dataclass(frozen=True)
class Finding:
    """The result of an assessment: codes and a day, never a score. An unasked domain is not a *no*."""

    overall_risk: str
    high_domains: tuple[str, ...]
    #: None if the record does not say.
    unasked_domains: tuple[str, ...] | None
    reassess_on: date


def assess(domains: Mapping[str, Scores], assessed_on: date, all_domains: Collection[str]) -> Finding:
    """Return the result of an assessment.

    The overall risk is the risk of the highest single domain, because a mean would hide one danger among many small
    worries. It is at least `unknown` if the risk of a safety domain was not asked or not known, or if nothing is known.
    A domain is named if its need or its risk is high.
    """
    answered = {name: risk for name, scores in domains.items() if (risk := scores.highest_risk) is not None}
    levels = [_level(name, risk) for name, risk in answered.items()]
    if not answered or not answered.keys() >= SAFETY_DOMAINS:
        levels.append(UNKNOWN)
    level = max(levels, key=_RANK.__getitem__)
    named = sorted(
        name for name, scores in domains.items() if _is_high(scores.highest_need) or _is_high(scores.highest_risk)
    )
    unasked = sorted(set(all_domains) - domains.keys())
    return Finding(level, tuple(named), tuple(unasked), assessed_on + _REASSESS_AFTER[level])


def _is_high(score: int | None) -> bool:
    return score is not None and score >= NAMED_FROM


def answered(domains: Mapping[str, Scores]) -> frozenset[str]:
    """Return the domains with a known need or risk: the n of *n of 20*."""
    return frozenset(
        name for name, scores in domains.items() if (scores.highest_risk, scores.highest_need) != (None, None)
    )


def open_safety_domains(domains: Mapping[str, Scores]) -> list[str]:
    """Return the safety domains without a known risk, which have to be asked again."""
    answered_risk = {name for name, scores in domains.items() if scores.highest_risk is not None}
    return sorted(SAFETY_DOMAINS - answered_risk)


def changes(before: Mapping[str, Scores] | None, now: Mapping[str, Scores]) -> dict[str, str]:
    """Return the change of each domain since the previous assessment: by risk, and if that is equal, by need."""
    return {name: _change(None if before is None else before.get(name), scores) for name, scores in now.items()}


def _change(before: Scores | None, now: Scores) -> str:
    if now.highest_risk is None:
        return "not_compared"
    if before is None or before.highest_risk is None:
        return "new"
    earlier, later = ((scores.highest_risk or 0, scores.highest_need or 0) for scores in (before, now))
    if earlier == later:
        return "same"
    return "better" if later < earlier else "worse"


def check_continues(already: Collection[str], added: Collection[str], *, unfinished: bool) -> None:
    """Raise `StepForbidden` for a finished assessment, `FactRefused` for a domain that was answered before."""
    if not unfinished:
        message = "This assessment is finished. Correct it, or make a new one."
        raise StepForbidden("assessment.goes_on_once", message)
    if set(already) & set(added):
        message = "Some of these domains were answered on the first day. Leave them out, or correct them."
        raise FactRefused("domains", "answered_once", message)


def check_shared(domains: Collection[str], there: Collection[str], granted: Collection[str], category: str) -> None:
    """Raise `FactRefused` for missing domains, and for an agency that may not receive the person's scores."""
    if not set(domains) <= set(there):
        raise FactRefused(
            "domains",
            "shares_what_was_answered",
            "A shared domain is not part of this assessment. Share only domains of the assessment.",
        )
    if category not in granted:
        message = "The person has not consented to this sharing with this agency. Ask for their consent first."
        raise FactRefused("agency", "shared_with_consent", message)


#: One of these tasks is open while staff are looking for the person.
WHILE_ABSENT: Final = ("missing_decision", "missing_review")


def check_goes_out(*, is_absent: bool) -> None:
    """Raise `StepForbidden` while staff are looking for the person: nothing about them is shared."""
    if is_absent:
        message = "No assessment is shared while the person is missing. Share it after the person is found."
        raise StepForbidden("absence.shares_nothing", message)


def check_copy(person_copy: str | None) -> None:
    """Raise `StepForbidden` if the person wants no copy: another person could find it, which can be dangerous."""
    if person_copy == NO_COPY:
        message = "The person does not want a copy of this assessment. Ask the person again before you print it."
        raise StepForbidden("assessment.no_copy_wanted", message)


def _level(domain: str, risk: int) -> str:
    return URGENT if risk == HIGHEST and domain in SAFETY_DOMAINS else _LEVELS[risk]


def assessment_completed(
    assessment: UUID, assessment_type: str, overall_risk: str, reassess_on: date, *, revision: int = 1
) -> Announcement:
    """Return the event of an assessment: whether a member has to act. After a correction, its revision is higher."""
    payload = {
        "assessment": assessment,
        "assessment_type": assessment_type,
        "urgent": overall_risk == URGENT,
        "reassess_on": reassess_on,
        "revision": revision,
    }
    return Announcement("assessment.completed", payload, ONLY_WHETHER_URGENT)
