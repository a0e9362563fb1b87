"""Who accepts an offered referral, and what is said for a case to open. Pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from services.intake.case.rules import Access
from shared.access.permissions import Need
from shared.casework.refusals import FactRefused

ACCESS: Final[Access] = {"offer.accept": dict.fromkeys(("caseworker", "outreach_worker"), Need.ANY)}
#: Who brought about the contact, by the kind of the agency; of the others it is not said.
_SOURCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "NGO": "ngo",
        "Shelter": "ngo",
        "LawEnforcement": "police",
        "LabourInspectorate": "labour_inspectorate",
        "ImmigrationService": "border_or_immigration",
        "HealthServiceOrganisation": "health",
        "SchoolOrCollege": "school",
        "LegalService": "lawyer",
        "TradeUnion": "trade_union",
    }
)


def source_of(agency_type: str | None) -> str:
    """Return who brought about the contact, by the kind of the agency that referred."""
    return _SOURCES.get(agency_type or "", "other")


def check_opening(case: object, channel: str | None) -> None:
    """Refuse to open a case of which nobody says how the person came into contact. Raises `FactRefused`."""
    if case is None and channel is None:
        raise FactRefused("channel", "opening_says_how", "Say how the person came into contact, or name their case.")
