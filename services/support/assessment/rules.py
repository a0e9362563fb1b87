"""Who assesses, how risk is read, and what of it is announced: never a score."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from services.support.case.rules import PLANNERS, Access, Answered
from shared.casework.refusals import FactRefused, StepForbidden
from shared.events.envelope import Announcement
from shared.reference import JURISDICTIONS, profile

#: Whoever hands on a domain, or prints the person's copy, sees what it says.
_SCORERS: Final = {role: need for role, need in PLANNERS.items() if role != "caseworker"}
ACCESS: Final[Access] = {
    "assessment.record": PLANNERS,
    "assessment.correct": PLANNERS,
    "assessment.continue": PLANNERS,
    "assessment.copy": _SCORERS,
    "assessment.share": _SCORERS,
}

#: From this score on (of 4) a domain is named to those who see the case; the score itself is to few of them.
NAMED_FROM: Final = 3
HIGHEST: Final = 4

_LAWS: Final = tuple(profile(code) for code in JURISDICTIONS)
#: Where the highest score means danger now, to the person or to those near them: by any profile.
SAFETY_DOMAINS: Final = frozenset(domain for law in _LAWS for domain in law.safety_domains.domains)

#: Asked, and not known: said of a need or a risk in place of a number.
UNKNOWN: Final = "unknown"
#: Asked, and the person would rather not say; said so too, and it is neither unknown nor none.
DECLINED: Final = "prefer_not_to_say"
NO_COPY: Final = "none_wanted"
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

    `unknown` stands for a need or a risk that was asked about, and that nobody could say, `prefer_not_to_say` for one
    that the person kept to themselves. The worker's view stands beside the person's, and neither overwrites the other.
    """

    need: int | str
    risk: int | str
    priority: int | None = None
    worker_need: int | str = UNKNOWN
    worker_risk: int | str = UNKNOWN

    @classmethod
    def of(cls, scores: Answered) -> "Scores":
        """Return those of a domain as it is stored, without its words."""
        names = ("need", "risk", "priority", "worker_need", "worker_risk")
        given = {name: scores[name] for name in names if scores.get(name) is not None}
        return cls(**{"need": UNKNOWN, "risk": UNKNOWN, **given})

    @property
    def highest_risk(self) -> int | None:
        """The higher of both views, as far as there is one: where the person rates it higher, theirs counts."""
        return _highest(self.risk, self.worker_risk)

    @property
    def highest_need(self) -> int | None:
        """The same of the need."""
        return _highest(self.need, self.worker_need)


def _highest(*scores: int | str) -> int | None:
    return max((score for score in scores if isinstance(score, int)), default=None)


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
    """Return the domains of which somebody could say how much need or risk there is: the n of *n of 20*."""
    return frozenset(
        name for name, scores in domains.items() if (scores.highest_risk, scores.highest_need) != (None, None)
    )


def open_safety_domains(domains: Mapping[str, Scores]) -> list[str]:
    """Return the domains of safety of which nobody could say how much risk there is: to be asked about again."""
    answered_risk = {name for name, scores in domains.items() if scores.highest_risk is not None}
    return sorted(SAFETY_DOMAINS - answered_risk)


def changes(before: Mapping[str, Scores] | None, now: Mapping[str, Scores]) -> dict[str, str]:
    """Return for each domain how it stands against the time before: by its risk, and where that is level, its need."""
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
    """Raise `StepForbidden`, `FactRefused` for what can't go on, or says again what was answered."""
    if not unfinished:
        message = "This assessment is finished. Put it right, or make a new one."
        raise StepForbidden("assessment.goes_on_once", message)
    if set(already) & set(added):
        message = "Some of this was answered on the first day. Leave it out, or put it right."
        raise FactRefused("domains", "answered_once", message)


def check_shared(domains: Collection[str], there: Collection[str], granted: Collection[str], category: str) -> None:
    """Raise `FactRefused` for domains that there are not, or an agency that may have no such thing of the person."""
    if not set(domains) <= set(there):
        raise FactRefused("domains", "shares_what_was_answered", "Share only domains that this assessment has.")
    if category not in granted:
        message = "The person has agreed to no such sharing with this agency. Ask for their consent first."
        raise FactRefused("agency", "shared_with_consent", message)


#: While somebody looks for the person, one of these tasks is open.
WHILE_ABSENT: Final = ("missing_decision", "missing_review")


def check_goes_out(*, is_absent: bool) -> None:
    """Raise `StepForbidden` while somebody looks for the person: nothing of them goes out."""
    if is_absent:
        message = "Nothing is shared while the person is being looked for. Share it once they are found."
        raise StepForbidden("absence.shares_nothing", message)


def check_copy(person_copy: str | None) -> None:
    """Raise `StepForbidden` where the person wants no copy: one that is found can be dangerous."""
    if person_copy == NO_COPY:
        message = "The person wants no copy of this. Ask them again before you print one."
        raise StepForbidden("assessment.no_copy_wanted", message)


def _level(domain: str, risk: int) -> str:
    return URGENT if risk == HIGHEST and domain in SAFETY_DOMAINS else _LEVELS[risk]


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
