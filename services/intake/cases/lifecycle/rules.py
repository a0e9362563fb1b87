"""Rules for opening cases, correcting an opening, choosing anonymity, changing the law, and accepting offers. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from services.intake.facts.case.rules import Access
from services.intake.facts.identity.rules import REPLACED
from services.intake.facts.person.rules import StoredName
from shared.access.permissions import Need
from shared.casework.dates import not_in_future
from shared.casework.refusals import FactRefused, StepForbidden

#: The roles that open a contact. The first of the caller's roles becomes their role on the team, which they lead.
OPENERS: Final = ("caseworker", "outreach_worker", "legal_adviser")

#: A call for several people is answered after this time (seconds), even if some people are still waiting.
LONGEST_CALL: Final = 8.0

_WORKERS: Final = {"caseworker": Need.TEAM, "outreach_worker": Need.TEAM, "supervisor": Need.SUPERVISION}

ACCESS: Final[Access] = {
    "case.open": dict.fromkeys(OPENERS, Need.ANY),
    "opening.correct": _WORKERS,
    "anonymity.choose": {"caseworker": Need.TEAM, "outreach_worker": Need.TEAM},
    "law.change": {"caseworker": Need.TEAM, "legal_adviser": Need.TEAM, "supervisor": Need.SUPERVISION},
    "offer.accept": dict.fromkeys(("caseworker", "outreach_worker"), Need.ANY),
}

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


def reference_in_use() -> FactRefused:
    """Return the refusal for a person whose reference the sender already used for another content."""
    return FactRefused(
        "reference",
        "reference_in_use",
        "Within a day you sent this reference with something else, and a case was opened. If it is the same person, "
        "put that case right; for another person use another reference.",
    )


def check_stays(*, takes_back: bool) -> None:
    """Raise `FactRefused` for a reason that would take the opening back: each case has an opening."""
    if takes_back:
        raise FactRefused("reason", "case_was_opened", "A case was opened once; say what is so instead, and why.")


def check_opened_on(opened_on: date | None, today: date, closed_on: date | None) -> None:
    """Check the day of the opening. Raises `FactRefused`."""
    not_in_future("opened_on", opened_on, today)
    if opened_on and closed_on and closed_on < opened_on:
        raise FactRefused("opened_on", "closed_after_opened", "The case was closed before that day; check both.")


def check_choice(*, before: bool, chosen: bool, names: Iterable[StoredName]) -> None:
    """Check that the choice changes something, and that an anonymous case has no name. Raises `StepForbidden`."""
    if before == chosen:
        raise StepForbidden("choice_changes_something", "The case is kept in this way already; nothing is left to do.")
    if chosen and any(name["kind"] in REPLACED for name in names):
        raise StepForbidden(
            "anonymous_holds_no_name",
            "A given or family name is recorded, now or of before. Take the names away first, or keep what they are "
            "called by alone; then the case has no name.",
        )


def check_law(before: str, after: str, since: date, opened_on: date, today: date) -> None:
    """Check that another law can apply from a day on. Raises `FactRefused`, `StepForbidden`."""
    not_in_future("since", since, today)
    if before == after:
        raise StepForbidden("law_changes", "The case is under this law already; nothing is left to change.")
    if since <= opened_on:
        raise FactRefused(
            "since",
            "law_of_the_opening",
            "That law would have counted from the opening on: put the fact of the case's law right instead.",
        )


def source_of(agency_type: str | None) -> str:
    """Return the source of the contact (code list `referral_source`), by the type of the referring agency."""
    return _SOURCES.get(agency_type or "", "other")


def check_opening(case: object, channel: str | None) -> None:
    """Raise `FactRefused` if a case would be opened without the channel by which the person came into contact."""
    if case is None and channel is None:
        raise FactRefused("channel", "opening_says_how", "Say how the person came into contact, or name their case.")
