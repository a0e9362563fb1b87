"""Decisions about withdrawals and the agencies' answers: pure, data in and data out."""

from collections.abc import Collection
from typing import Final

from services.intake.case.rules import OFFICER, Access
from shared.access.permissions import Need
from shared.casework.refusals import FactRefused, StepForbidden
from shared.reference import Profile

ACCESS: Final[Access] = {
    "consent.withdraw": {"caseworker": Need.TEAM, "outreach_worker": Need.TEAM, "supervisor": Need.SUPERVISION},
    # What the agency said; overdue answers are looked for by those who answer for them.
    "consent.answer": {"caseworker": Need.TEAM, "outreach_worker": Need.TEAM, "supervisor": Need.SUPERVISION},
    "consent.follow": {"supervisor": Need.ANY, OFFICER: Need.ANY},
}
WHILE_RESTRICTED: Final = frozenset(("consent.withdraw", "consent.answer"))


#: Days after which an agency that has not answered a withdrawal is listed: the month of the GDPR's article 12(3).
OVERDUE_DAYS: Final = 30
CONSENT, DELETED, KEPT, OFFICIAL_FILE = "consent", "deleted", "kept", "official_file"
#: Not known from a source: the agency has to be asked.
UNKNOWN: Final = "unknown"


def check_answer(*, withdrawn: bool, before: Collection[str], answer: str, basis: str | None) -> None:
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
    return OFFICIAL_FILE if agency in deciders else UNKNOWN


def check_not_withdrawn(*, withdrawn: bool) -> None:
    """Raise `StepForbidden` if the consent was withdrawn before."""
    if withdrawn:
        raise StepForbidden("withdrawn_once", "This consent was withdrawn before; nothing is left to withdraw.")
