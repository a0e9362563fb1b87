"""Signs of exploitation."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.intake.rules.dates import not_in_future
from services.intake.rules.refusals import FactRefused
from shared.periods import earliest, latest


def detect(detection: Mapping[str, Any], today: date) -> None:
    """Check what was seen. Raises `FactRefused`."""
    for field in ("earliest_incident_on", "work_ended_on", "detected_on"):
        not_in_future(field, detection.get(field), today)
    began, ended = detection.get("earliest_incident_on"), detection.get("work_ended_on")
    if began and ended and latest(ended) < earliest(began):
        raise FactRefused(
            "work_ended_on", "ended_after_it_began", "The work can't have ended before the first incident."
        )


def strength(indicators: Sequence[str]) -> str:
    """Say how much the ILO's indicators add up to; one may suffice, so this orders work and decides nothing."""
    known = {"unknown", "not_asked", "prefer_not_to_say"}
    count = len([each for each in indicators if each not in known])
    return "none" if count == 0 else "weak" if count == 1 else "medium" if count <= 3 else "strong"  # noqa: PLR2004
