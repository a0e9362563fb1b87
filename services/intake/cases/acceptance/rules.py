"""Rules for the acceptance of an offered referral. Pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from services.intake.facts.case.rules import Access
from shared.access.permissions import Need
from shared.casework.refusals import FactRefused

ACCESS: Final[Access] = {"offer.accept": dict.fromkeys(("caseworker", "outreach_worker"), Need.ANY)}
#: The source of the contact, by the type of the agency. Other types have the source `other`.
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
    """Return the source of the contact (code list `referral_source`), by the type of the referring agency."""
    return _SOURCES.get(agency_type or "", "other")


def check_opening(case: object, channel: str | None) -> None:
    """Raise `FactRefused` if a case would be opened without the channel by which the person came into contact."""
    if case is None and channel is None:
        raise FactRefused("channel", "opening_says_how", "Say how the person came into contact, or name their case.")
