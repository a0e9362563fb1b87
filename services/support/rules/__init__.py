"""Support's rules: who may do what, which step can follow which, how risk is read, what is announced. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from shared.access.permissions import FieldClass, FieldVisibility, Need
from shared.casework.refusals import FactRefused, StepForbidden
from shared.events.envelope import Announcement

_WORKERS: Final = dict.fromkeys(("caseworker", "support_worker", "counsellor", "supervisor"), Need.TEAM)
_COUNSELLING: Final = {"counsellor": Need.TEAM}
_NOTES: Final = dict.fromkeys(("counsellor", "support_worker"), Need.TEAM)

#: role -> the kinds of notes that it writes and reads. What was said in counselling stays with counsellors.
NOTE_KINDS: Final[Mapping[str, frozenset[str]]] = {
    "counsellor": frozenset(("counselling", "assessment", "safety_plan", "contact", "other")),
    "support_worker": frozenset(("assessment", "safety_plan", "contact", "other")),
}
#: What goes on also while a case is restricted: a danger waits for no decision.
SAFETY: Final = frozenset(("alert.raise", "alert.acknowledge"))
#: A legal adviser reads the status alone (see `SIGHT`).
ACCESS: Final[dict[str, dict[str, Need]]] = {
    "case.read": dict.fromkeys((*_WORKERS, "legal_adviser"), Need.READING),
    "service.record": _WORKERS,
    # Whoever gives a copy sees all of it.
    "copy.give": {"counsellor": Need.TEAM},
    "assessment.record": dict.fromkeys(("caseworker", "support_worker", "counsellor"), Need.TEAM),
    "plan.agree": dict.fromkeys(("caseworker", "support_worker", "counsellor"), Need.TEAM),
    "counselling.start": _COUNSELLING,
    "counselling.end": _COUNSELLING,
    # What was said and noted stays with those on the team who counsel and assess (see `NOTE_KINDS`).
    "note.write": _NOTES,
    "note.read": _NOTES,
    "alert.raise": {**_WORKERS, "supervisor": Need.SUPERVISION},
    # Whom an alert reaches is decided by `alerts`; it goes up to people who have no part in the case.
    "alert.read": dict.fromkeys((*_WORKERS, "outreach_worker", "legal_adviser", "data_protection_officer"), Need.ANY),
    "alert.acknowledge": {
        **dict.fromkeys((*_WORKERS, "outreach_worker", "legal_adviser"), Need.TEAM),
        **dict.fromkeys(("supervisor", "data_protection_officer"), Need.ANY),
    },
}


#: class -> the parts of a case's support ("" is the whole) -> their fields
_FIELDS: Final[Mapping[FieldClass, Mapping[str, tuple[str, ...]]]] = {
    FieldClass.BASIC: {
        "": ("id", "jurisdiction", "status", "version"),
        "recovery": ("support_continues",),
        "recovery.periods": ("clock", "code", "due_on", "state"),
        "alerts": ("id", "urgency", "level", "raised_at", "acknowledged_by", "acknowledged_at"),
    },
    FieldClass.ACCOUNT: {"plans": ("id", "goal_types", "review_on", "person_has_copy", "agreed_on")},
    FieldClass.HEALTH: {
        "urgent_needs": ("service_type", "noted_on", "met_on"),
        "services": ("id", "service_type", "urgent", "delivered_on"),
        "assessments": ("id", "type", "overall_risk", "high_domains", "assessed_on", "reassess_on"),
        "counselling": ("id", "modality", "started_on", "ended_on", "end_reason"),
        "alerts": ("danger_type",),
        "notes": ("id", "kind", "text", "written_by", "written_at", "superseded_by"),
    },
    FieldClass.PRIVILEGED: {"assessments": ("domains",)},
}
_WORK_IS_SEEN: Final = dict.fromkeys(_WORKERS, Need.READING)
#: Scores stay with those on the team who assess and counsel; a legal adviser sees that support goes on.
SIGHT: Final = FieldVisibility.of(
    _FIELDS,
    {
        FieldClass.BASIC: {**_WORK_IS_SEEN, "legal_adviser": Need.READING},
        FieldClass.ACCOUNT: _WORK_IS_SEEN,
        FieldClass.HEALTH: _WORK_IS_SEEN,
        FieldClass.PRIVILEGED: dict.fromkeys(("counsellor", "support_worker"), Need.TEAM),
    },
)


class CourseHasEnded(StepForbidden):
    """A course of counselling ends once."""

    title = "This course has ended"

    def __init__(self) -> None:
        """Set a message that explains how a person comes back."""
        message = "This course of counselling has ended already. If the person comes back, start a new course."
        super().__init__("counselling.ends_once", message)


def check_review(agreed_on: date, review_on: date | None) -> None:
    """Raise `FactRefused` for a plan that would be reviewed before it was agreed."""
    if review_on is not None and review_on < agreed_on:
        message = "A plan can't be reviewed before it was agreed. Give a later day."
        raise FactRefused("review_on", "reviewed_after_it_was_agreed", message)


def check_ending(started_on: date, already_ended_on: date | None, ended_on: date) -> None:
    """Raise `CourseHasEnded` for a second ending, `FactRefused` for one before the beginning."""
    if already_ended_on is not None:
        raise CourseHasEnded
    if ended_on < started_on:
        message = "A course can't end before it started. Give the day on which it ended."
        raise FactRefused("ended_on", "ends_after_it_started", message)


# --- needs and risk ---------------------------------------------------------------------------------------------------

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


_RANK: Final = {level: rank for rank, level in enumerate(("none", "low", "medium", "high", "urgent"))}


def _level(domain: str, risk: int) -> str:
    return "urgent" if risk == HIGHEST and domain in SAFETY_DOMAINS else _LEVELS[risk]


# --- what others tell -------------------------------------------------------------------------------------------------


def is_recovery_minimum(code: str, kind: str) -> bool:
    """Return whether a clock is a recovery period that the person has at least: `GB.RECOVERY_MIN` and the like."""
    return kind == "minimum" and "RECOVERY" in code


# --- what is announced ------------------------------------------------------------------------------------------------


def urgent_need_noted(needs: Iterable[str]) -> Announcement:
    """Announce needs that can't wait."""
    return Announcement("urgent_need.noted", {"needs": sorted(needs)})


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


def recovery_supported(clock: UUID) -> Announcement:
    """Announce that a minimum was reached, and that reaching it ends nothing here."""
    return Announcement("recovery.supported", {"clock": clock, "reached": True, "support_continues": True})
