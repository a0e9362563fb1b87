"""A consent: informed, to an agency with a part in the case, and with an end."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Final

from services.intake.rules.dates import not_in_future
from services.intake.rules.refusals import FactRefused, StepForbidden
from shared.reference import Profile, codes

#: Days after which an agency that has not answered a withdrawal is listed: the month of the GDPR's article 12(3).
OVERDUE_DAYS: Final = 30
#: The purpose for which the person must know that data serve research.
RESEARCH: Final = "research_statistics"
CONSENT, DELETED, KEPT, OFFICIAL_FILE = "consent", "deleted", "kept", "official_file"


def consent(given: Mapping[str, Any], today: date) -> None:
    """Check a consent: not from the future, and with an end. Raises `FactRefused`."""
    not_in_future("granted_on", given.get("granted_on"), today)
    if given["expires_on"] <= today:
        raise FactRefused("expires_on", "consent_has_an_end_ahead", "A consent must end after today; ask again later.")
    missing = set(codes("consent_checklist").values) - set(given["checklist"])
    needed = missing & {"told_purpose", "told_uses", "told_withdrawal"}
    if RESEARCH in given["purposes"]:
        needed |= missing & {"told_research_use"}
    if needed:
        raise FactRefused(
            "checklist",
            "consent_is_informed",
            f"Before a consent counts, the person must have been told: {', '.join(sorted(needed))}.",
        )


def answer(*, withdrawn: bool, before: Collection[str], answer: str, basis: str | None) -> None:
    """Check an agency's answer to a withdrawal. Raises `StepForbidden`, `FactRefused`."""
    if not withdrawn:
        raise StepForbidden("answer_follows_withdrawal", "This consent stands; there is nothing to answer yet.")
    if DELETED in before:
        raise StepForbidden("deleted_is_final", "The agency has deleted everything; nothing is left to answer.")
    if (answer == KEPT) != (basis is not None):
        raise FactRefused("basis", "kept_on_a_basis", "Name the basis of its own on which it keeps something.")
    if basis == CONSENT:
        raise FactRefused("basis", "consent_is_gone", "The consent was taken back; ask for the basis it keeps it on.")


def keeps(agency: str, profile: Profile) -> str:
    """Return whether an agency keeps the data it received: `official_file` if it decides on cases, else `unknown`."""
    deciders = {authority for stage in profile.stages.values() if stage.outcomes for authority in stage.authorities}
    return OFFICIAL_FILE if agency in deciders else "unknown"


def consent_agency(agency: str, profile: Profile) -> None:
    """Raise `FactRefused` if an agency has no part in the case's jurisdiction."""
    if agency not in profile.authorities:
        authorities = ", ".join(profile.authorities)
        raise FactRefused("agency", "agency_of_the_jurisdiction", f"{profile.code} has the authorities {authorities}.")


def withdraw(*, withdrawn: bool) -> None:
    """Raise `StepForbidden` if the consent was withdrawn before."""
    if withdrawn:
        raise StepForbidden("withdrawn_once", "This consent was withdrawn before; nothing is left to withdraw.")
