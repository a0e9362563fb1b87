"""Rules of detections: signs of exploitation. Nobody asks for an account again without a recorded reason. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from services.intake.facts.case.rules import TEAM_ROLES, WORKERS, Access
from shared.casework.dates import is_before, learnt_after, local_day, not_ahead, not_in_future
from shared.casework.refusals import FactRefused, StepForbidden
from shared.reference import NOT_KNOWN, codes, indicator_set, weigh
from shared.reference.periods import earliest

#: The days of a detection that can't be before its first incident.
ENDS: Final = ("last_incident_on", "exploitation_ended_on", "work_ended_on")

ACCESS: Final[Access] = {
    "detection.record": WORKERS,
    "detection.correct": WORKERS,
    "account.record": TEAM_ROLES,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedDimension:
    """The result of the operational indicators for one dimension of trafficking."""

    dimension: str
    enough: bool
    explanation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """The strength of signs. `seen` counts the ILO's indicators. `verify`: an expert should check the result."""

    says: str
    strength: str
    seen: int
    explanation: str
    dimensions: tuple[ExplainedDimension, ...]
    verify: bool


def check_detection(
    days: Mapping[str, str | None], detected_on: date, today: date, now: datetime, jurisdiction: str
) -> None:
    """Check the days that a detection states, by field names, and its own day. Raises `FactRefused`.

    Each can be an instant, a day, a month, a year or `unknown`. None: not asked.
    """
    not_in_future("detected_on", detected_on, today)
    for field, day in days.items():
        not_ahead(field, day, now, jurisdiction)
    began = days.get("earliest_incident_on")
    if began is None:
        return
    for field in ENDS:
        ended = days.get(field)
        if ended is not None and is_before(ended, began, jurisdiction):
            raise FactRefused(field, "ended_after_it_began", "This can't have been before the first incident.")


def detected_day(
    detected_on: date | None, happened: str | None, learnt: str | None, now: datetime, jurisdiction: str, today: date
) -> date:
    """Return the day of a detection: the day on which the signs were seen, else learnt, else today.

    Raises `FactRefused`.
    """
    not_ahead("happened", happened, now, jurisdiction)
    not_ahead("learnt", learnt, now, jurisdiction)
    if happened is not None and learnt is not None:
        learnt_after("learnt", happened, learnt, jurisdiction)
    seen = [local_day(moment, jurisdiction) for moment in (happened, learnt) if moment is not None]
    stated = next((earliest(day) for day in seen if day is not None), None)
    return detected_on or stated or today


def strength(indicators: Sequence[str]) -> str:
    """Return the strength of the ILO's indicators seen. One can suffice, so it only orders work and decides nothing."""
    count = len(_seen(indicators))
    return "none" if count == 0 else "weak" if count == 1 else "medium" if count <= 3 else "strong"  # noqa: PLR2004


def explain(indicators: Sequence[str], operational: Sequence[str] = ()) -> Explained:
    """Explain the ILO's indicators and, by dimension, the operational ones. It is no decision and no verdict."""
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


def ask_for_account(asked_before: int, shared_with_us: Collection[str], reason: str | None) -> int:
    """Return how often a person has been asked for their account, including this time.

    `shared_with_us`: earlier accounts that we may read with the person's consent. Raises `StepForbidden` if the person
    was asked before and no reason is given, or if an account that we may read contradicts the reason.
    """
    if asked_before == 0:
        return 1
    if reason is None or reason not in codes("account_reason"):
        raise StepForbidden(
            "told_once",
            f"The person has been asked before (times: {asked_before}). Say why once more, or use what they told.",
        )
    if reason == "account_not_shared_with_us" and shared_with_us:
        raise StepForbidden("told_once", "An account that you may read is there already. Read it instead of asking.")
    return asked_before + 1
