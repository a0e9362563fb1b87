"""The rules of the register: roles, the place and functions of an agency, and its changes of state."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from shared.access.permissions import Need
from shared.casework.refusals import FactRefused, StepForbidden
from shared.reference import JURISDICTIONS, Profile, codes, profile

_KEEPERS: Final = dict.fromkeys(("operator", "data_protection_officer"), Need.ANY)
#: All staff can find the agencies to which a person can be referred.
ACCESS: Final[Mapping[str, Mapping[str, Need]]] = {
    "agency.register": _KEEPERS,
    "agency.change": _KEEPERS,
    "agency.end": _KEEPERS,
    "agency.read": dict.fromkeys(sorted(codes("staff_role")), Need.ANY),
}
ACTIVE, SUSPENDED, ENDED = "active", "suspended", "ended"
#: New state -> the states from which it can be reached.
_FROM: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {SUSPENDED: frozenset((ACTIVE,)), ACTIVE: frozenset((SUSPENDED,)), ENDED: frozenset((ACTIVE, SUSPENDED))}
)
_INSTEAD: Final = {
    SUSPENDED: "Only an active agency can be suspended. Read the agency again.",
    ACTIVE: "Only a suspended agency can be resumed. If the agency has ended, register it again.",
    ENDED: "This agency has already ended. Nothing needs to be done.",
}


def name_query(name: str) -> str:
    """Return the PostgreSQL query for names in which each of these words begins a word; empty if there is no word."""
    return " & ".join(f"{word}:*" for word in re.findall(r"[^\W_]+", name))


@dataclass(frozen=True)
class FirstResponder:
    """A first responder that the law lists by name: its name, its type, and the regions where it acts."""

    name: str
    type: str
    regions: tuple[str, ...] = ()


#: The first responders that the law lists. The register contains them from the start.
FIRST_RESPONDERS: Final[Mapping[str, FirstResponder]] = MappingProxyType(
    {
        "police": FirstResponder("Police", "LawEnforcement"),
        "local_authority": FirstResponder("Local authority", "LocalGovernmentOrganisation"),
        "health_and_social_care_trust_ni": FirstResponder(
            "Health and social care trust", "HealthServiceOrganisation", ("GB-NIR",)
        ),
        "home_office_visas_and_immigration": FirstResponder("UK Visas and Immigration", "ImmigrationService"),
        "border_force": FirstResponder("Border Force", "LawEnforcement"),
        "immigration_enforcement": FirstResponder("Immigration Enforcement", "ImmigrationService"),
        "national_crime_agency": FirstResponder("National Crime Agency", "LawEnforcement"),
        "gangmasters_and_labour_abuse_authority": FirstResponder(
            "Gangmasters and Labour Abuse Authority", "LabourInspectorate"
        ),
        "fair_work_agency": FirstResponder("Fair Work Agency", "LabourInspectorate"),
        "salvation_army": FirstResponder("The Salvation Army", "NGO"),
        "migrant_help": FirstResponder("Migrant Help", "NGO"),
        "medaille_trust": FirstResponder("Medaille Trust", "NGO"),
        "kalayaan": FirstResponder("Kalayaan", "NGO"),
        "barnardos": FirstResponder("Barnardo's", "NGO"),
        "unseen": FirstResponder("Unseen", "NGO"),
        "tara": FirstResponder("TARA", "NGO", ("GB-SCT",)),
        "nspcc": FirstResponder("NSPCC", "NGO"),
        "bawso": FirstResponder("BAWSO", "NGO", ("GB-WLS",)),
        "new_pathways": FirstResponder("New Pathways", "NGO", ("GB-WLS",)),
        "refugee_council": FirstResponder("Refugee Council", "NGO"),
    }
)


def country_of(first_responder: str) -> str | None:
    """Return the country whose law lists a first responder; None if no law lists it."""
    return next((law.country for law in map(profile, JURISDICTIONS) if first_responder in _bodies(law)), None)


def _bodies(law: Profile) -> tuple[str, ...]:
    return () if law.first_responders is None else law.first_responders.bodies


def duties_of(country: str) -> frozenset[str]:
    """Return the bodies of a country with a duty to notify, and the receiver of notifications, by their codes."""
    bodies: set[str] = set()
    for law in map(profile, JURISDICTIONS):
        duty = law.duty_to_notify
        if law.country == country and duty is not None:
            bodies |= {*duty.bodies, *([duty.receiver] if duty.receiver else [])}
    return frozenset(bodies)


def check_place(country: str, regions: Collection[str]) -> None:
    """Raise `FactRefused` for an invalid country code, and for regions of another country."""
    if not (len(country) == len("GB") and country.isascii() and country.isalpha() and country.isupper()):
        raise FactRefused(
            "country", "is_a_country", "The country is not an ISO 3166-1 code. Send its two letters, such as NL."
        )
    if any(not region.startswith(f"{country}-") for region in regions):
        raise FactRefused(
            "regions",
            "is_of_the_country",
            "A region is not in the country of the agency. Send ISO 3166-2 codes of its country.",
        )


def check_functions(country: str, authority: str | None, first_responder: str | None, duties: Collection[str]) -> None:
    """Raise `FactRefused` for a function under the law of another country."""
    if authority is not None and authority.partition(".")[0] != country:
        raise FactRefused(
            "authority",
            "is_of_the_country",
            "This authority is not in the law of the agency's country. Choose an authority of its country, or "
            "leave it out.",
        )
    if first_responder is not None and country_of(first_responder) != country:
        raise FactRefused(
            "first_responder",
            "is_of_the_country",
            "The law of the agency's country has no first responders. Leave this out.",
        )
    if not set(duties) <= duties_of(country):
        raise FactRefused(
            "duties",
            "is_of_the_country",
            "A body has no duty in the law of the agency's country. Choose bodies that the profile of the country "
            "lists.",
        )


def check_kept(before: Mapping[str, object], after: Mapping[str, object]) -> None:
    """Raise `StepForbidden` for a change of the functions for which the law names an agency."""
    if any(before[name] != after[name] for name in ("country", "authority", "first_responder")):
        raise StepForbidden(
            "is_named_by_the_law",
            "The law defines this part of the agency, so it can't be changed. Register another agency next to it.",
        )


def check_state(state: str, becomes: str, *, named_by_law: bool) -> None:
    """Raise `StepForbidden` for a change that is not allowed in the agency's state."""
    if state not in _FROM[becomes]:
        raise StepForbidden(f"is_{state}", _INSTEAD[becomes])
    if becomes == ENDED and named_by_law:
        raise StepForbidden(
            "is_named_by_the_law", "The agency can't be ended while the law names it. Suspend it instead."
        )
