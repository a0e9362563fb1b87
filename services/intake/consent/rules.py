"""Rules of consent: informed, with an end, and to an agency that takes part."""

from collections.abc import Collection
from datetime import date
from typing import Final

from services.intake.case.rules import Access
from shared.access.permissions import Need
from shared.casework.dates import not_in_future
from shared.casework.refusals import FactRefused, StepForbidden
from shared.reference import codes

ACCESS: Final[Access] = {
    "consent.record": {"caseworker": Need.TEAM, "outreach_worker": Need.TEAM},
    "consent.refuse": {"caseworker": Need.TEAM, "outreach_worker": Need.TEAM},
}


#: From this version on, events name an agency by its id in the register.
NAMED_BY_ID: Final = 2
#: The reason why earlier versions stay inside the installation.
NAMED_BY_CODE: Final = "This version named authorities of the law alone, by a code that each agency could read."
#: The states of an agency in the register: it takes part, or does not for now. All other states are final.
ACTIVE, SUSPENDED = "active", "suspended"
#: For this purpose the person must know that the data are used for research.
RESEARCH: Final = "research_statistics"


def check_consent(
    *, purposes: Collection[str], checklist: Collection[str], granted_on: date, expires_on: date, today: date
) -> None:
    """Check that a consent is not from the future, has an end, and is informed. Raises `FactRefused`."""
    not_in_future("granted_on", granted_on, today)
    if expires_on <= granted_on:
        raise FactRefused("expires_on", "consent_has_an_end_ahead", "A consent must end after the day it was given.")
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


def check_refusal(*, consented: bool) -> None:
    """Raise `StepForbidden` if an earlier consent to the same agency and purpose is valid (`consented`)."""
    if consented:
        raise StepForbidden(
            "consent_stands", "The person has consented to this agency. If they do not any more, withdraw that consent."
        )


def check_known(state: str | None) -> None:
    """Raise `FactRefused` if the register does not contain the agency (`state` is None)."""
    if state is None:
        raise FactRefused(
            "agency",
            "agency_of_the_register",
            "The register has no such agency. Look for it in the register; if it is not there, have it registered.",
        )


def check_takes_part(state: str | None) -> None:
    """Raise `FactRefused` unless the register contains the agency and it takes part now."""
    check_known(state)
    if state == SUSPENDED:
        raise FactRefused(
            "agency",
            "agency_takes_part",
            "This agency takes no part for now. Choose another, or wait until it takes part again.",
        )
    if state != ACTIVE:
        raise FactRefused("agency", "agency_takes_part", "This agency takes no part any more. Choose another.")


def check_takes_referrals(state: str | None, *, takes_referrals: bool) -> None:
    """Raise `FactRefused` unless the agency takes part and accepts referrals now."""
    check_takes_part(state)
    if not takes_referrals:
        check_takes_part(SUSPENDED)
