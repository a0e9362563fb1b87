"""A consent: informed, to an agency with a part in the case, and with an end."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.intake.rules.dates import not_in_future
from services.intake.rules.refusals import FactRefused, StepForbidden
from shared.reference import Profile, codes


def consent(given: Mapping[str, Any], today: date) -> None:
    """Check a consent: not from the future, and with an end. Raises `FactRefused`."""
    not_in_future("granted_on", given.get("granted_on"), today)
    if given["expires_on"] <= today:
        raise FactRefused("expires_on", "consent_has_an_end_ahead", "A consent must end after today; ask again later.")
    missing = set(codes("consent_checklist").values) - set(given["checklist"])
    needed = missing & {"told_purpose", "told_uses", "told_withdrawal"}
    if needed:
        raise FactRefused(
            "checklist",
            "consent_is_informed",
            f"Before a consent counts, the person must have been told: {', '.join(sorted(needed))}.",
        )


def consent_agency(agency: str, profile: Profile) -> None:
    """Raise if an agency has no part in the case's jurisdiction."""
    if agency not in profile.authorities:
        known = ", ".join(profile.authorities)
        raise FactRefused("agency", "agency_of_the_jurisdiction", f"{profile.code} has the authorities {known}.")


def withdraw(*, withdrawn: bool) -> None:
    """Raise if the consent was withdrawn before."""
    if withdrawn:
        raise StepForbidden("withdrawn_once", "This consent was withdrawn before; nothing is left to withdraw.")
