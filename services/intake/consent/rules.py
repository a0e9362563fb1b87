"""A consent: informed, to an agency with a part in the case, and with an end."""

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


#: The version of each event from which on it names an agency by its id in the register.
NAMED_BY_ID: Final = 2
#: Why the versions before stay inside the installation.
NAMED_BY_CODE: Final = "This version named authorities of the law alone, by a code that each agency could read."
#: Where an agency of the register stands: it takes part, or does not for now; else it has ended.
ACTIVE, SUSPENDED = "active", "suspended"
#: The purpose for which the person must know that data serve research.
RESEARCH: Final = "research_statistics"


def check_consent(
    *, purposes: Collection[str], checklist: Collection[str], granted_on: date, expires_on: date, today: date
) -> None:
    """Check a consent: not from the future, with an end, and informed. Raises `FactRefused`."""
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
    """Raise `StepForbidden` for a refusal of what stands by a consent; `consented`: one to the same, given before."""
    if consented:
        raise StepForbidden(
            "consent_stands", "The person has consented to this agency. If they do not any more, withdraw that consent."
        )


def check_known(state: str | None) -> None:
    """Raise `FactRefused` for an agency that the register does not know; `state` is None then."""
    if state is None:
        raise FactRefused(
            "agency",
            "agency_of_the_register",
            "The register has no such agency. Look for it in the register; if it is not there, have it registered.",
        )


def check_takes_part(state: str | None) -> None:
    """Raise `FactRefused` for an agency that the register does not know, or that takes no part (now, or any more)."""
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
    """Raise `FactRefused` for an agency that takes no part, or to which nobody is referred (for now)."""
    check_takes_part(state)
    if not takes_referrals:
        check_takes_part(SUSPENDED)
