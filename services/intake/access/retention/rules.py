"""Retention periods: how long a closed case is kept before it is reviewed.

No case is deleted because of its age. Due cases are listed, and the data protection officer decides. The default
figures are a starting point, not advice. The deployer sets their own figures and answers for them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from services.intake.facts.case.rules import OFFICER, Access
from shared.access.permissions import Need
from shared.casework.refusals import FactRefused
from shared.reference import JURISDICTIONS, profile

ACCESS: Final[Access] = {"retention.review": {OFFICER: Need.ANY}, "retention.keep": {OFFICER: Need.ANY}}


CASE, LEGAL, SUPPORT = "case_file", "legal_file", "support_file"
CLASSES: Final = (CASE, LEGAL, SUPPORT)
LONGEST_YEARS: Final = 100
#: A decision to keep a case is reviewed after at most so many years.
KEPT_AT_MOST: Final = 10


@dataclass(frozen=True)
class Figure:
    """Years from the closure to the review. `verify` is true until the deployer has set or confirmed the figure."""

    years: int
    source: str
    certainty: str
    verify: bool


def figure(jurisdiction: str, record_class: str) -> Figure:
    """Return the default figure for a class of records in a jurisdiction, from its profile."""
    leaf = profile(jurisdiction).retention[record_class]
    return Figure(leaf.years, leaf.source, leaf.certainty, leaf.verify)


def schedule(chosen: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], Figure]:
    """Return all figures by (jurisdiction, class). `chosen`, in years, are the deployer's, which replace defaults."""
    figures = {
        (jurisdiction, kind): figure(jurisdiction, kind) for jurisdiction in sorted(JURISDICTIONS) for kind in CLASSES
    }
    own = {
        key: replace(figures[key], years=years, source="set by whoever deploys this", certainty="settled", verify=False)
        for key, years in chosen.items()
        if key in figures
    }
    return {**figures, **own}


def closed_before(today: date, years: int) -> date:
    """Return the last closing day that is due for review today."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:  # 29 February
        return today.replace(year=today.year - years, day=28)


def check_kept_until(keep_until: date, today: date) -> None:
    """Raise `FactRefused` if the day is not in the future, or too far away for a review."""
    if not today < keep_until <= today + timedelta(days=366 * KEPT_AT_MOST):
        raise FactRefused(
            "keep_until", "kept_until_a_day", f"Give a day to come, within {KEPT_AT_MOST} years; then look again."
        )
