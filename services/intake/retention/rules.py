"""Retention periods: how long a closed case is kept before it is reviewed.

Nothing is deleted by its age: what is due is listed, and data protection decides. The figures are a beginning, not
advice; whoever deploys this sets their own, and answers for them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from services.intake.case.rules import OFFICER, Access
from shared.access.permissions import Need
from shared.casework.refusals import FactRefused
from shared.reference import JURISDICTIONS, profile

ACCESS: Final[Access] = {"retention.review": {OFFICER: Need.ANY}, "retention.keep": {OFFICER: Need.ANY}}


CASE, LEGAL, SUPPORT = "case_file", "legal_file", "support_file"
CLASSES: Final = (CASE, LEGAL, SUPPORT)
LONGEST_YEARS: Final = 100
#: A decision to keep is looked at again after so many years at most.
KEPT_AT_MOST: Final = 10


@dataclass(frozen=True)
class Figure:
    """Years from the closure to the review; `verify` until somebody who answers for it has set or confirmed it."""

    years: int
    source: str
    certainty: str
    verify: bool


def figure(jurisdiction: str, record_class: str) -> Figure:
    """Return the default figure for a class of records in a jurisdiction, as its profile says."""
    leaf = profile(jurisdiction).retention[record_class]
    return Figure(leaf.years, leaf.source, leaf.certainty, leaf.verify)


def schedule(chosen: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], Figure]:
    """Return every figure by (jurisdiction, class); what the deployer has chosen (in years) replaces a default."""
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
    """Raise `FactRefused` for a decision to keep that ends before it begins, or is never looked at again."""
    if not today < keep_until <= today + timedelta(days=366 * KEPT_AT_MOST):
        raise FactRefused(
            "keep_until", "kept_until_a_day", f"Give a day to come, within {KEPT_AT_MOST} years; then look again."
        )
