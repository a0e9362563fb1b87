"""A consent: informed, to an agency with a part in the case, and with an end."""

from collections.abc import Collection
from datetime import date
from typing import Final

from services.intake.case.rules import Access
from shared.access.permissions import Need
from shared.casework.dates import not_in_future
from shared.casework.refusals import FactRefused
from shared.reference import Profile, codes

ACCESS: Final[Access] = {"consent.record": {"caseworker": Need.TEAM, "outreach_worker": Need.TEAM}}


#: The purpose for which the person must know that data serve research.
RESEARCH: Final = "research_statistics"


def check_consent(
    *, purposes: Collection[str], checklist: Collection[str], granted_on: date, expires_on: date, today: date
) -> None:
    """Check a consent: not from the future, with an end, and informed. Raises `FactRefused`."""
    not_in_future("granted_on", granted_on, today)
    if expires_on <= today:
        raise FactRefused("expires_on", "consent_has_an_end_ahead", "A consent must end after today; ask again later.")
    missing = set(codes("consent_checklist").values) - set(checklist)
    needed = missing & {"told_purpose", "told_uses", "told_withdrawal"}
    if RESEARCH in purposes:
        needed |= missing & {"told_research_use"}
    if needed:
        raise FactRefused(
            "checklist",
            "consent_is_informed",
            f"Before a consent counts, the person must have been told: {', '.join(sorted(needed))}.",
        )


def check_agency(agency: str, profile: Profile) -> None:
    """Raise `FactRefused` if an agency has no part in the case's jurisdiction."""
    if agency not in profile.authorities:
        authorities = ", ".join(profile.authorities)
        raise FactRefused("agency", "agency_of_the_jurisdiction", f"{profile.code} has the authorities {authorities}.")
