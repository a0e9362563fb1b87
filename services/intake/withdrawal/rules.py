"""Rules of withdrawals and the agencies' answers. Pure."""

from collections.abc import Collection
from datetime import date
from typing import Final
from uuid import UUID

from services.intake.case.rules import OFFICER, Access
from shared.access.permissions import Need
from shared.casework.refusals import FactRefused, StepForbidden
from shared.reference import JURISDICTIONS, Profile, profile

ACCESS: Final[Access] = {
    "consent.withdraw": {"caseworker": Need.TEAM, "outreach_worker": Need.TEAM, "supervisor": Need.SUPERVISION},
    # The roles that are responsible for overdue answers.
    "consent.answer": {"caseworker": Need.TEAM, "outreach_worker": Need.TEAM, "supervisor": Need.SUPERVISION},
    "consent.follow": {"supervisor": Need.ANY, OFFICER: Need.ANY},
}
WHILE_RESTRICTED: Final = frozenset(("consent.withdraw", "consent.answer"))


#: An agency that has not answered a withdrawal is listed after so many days: the shortest period of any profile.
OVERDUE_DAYS: Final = min(profile(code).other_periods["PRIV.WITHDRAWAL_ANSWER"].length.amount for code in JURISDICTIONS)
CONSENT, DELETED, KEPT, OFFICIAL_FILE = "consent", "deleted", "kept", "official_file"
#: No source is known, so the agency has to be asked.
UNKNOWN: Final = "unknown"


def read_place(text: str) -> tuple[date, UUID]:
    """Return the day of the withdrawal and the consent of a page cursor. Raises `ValueError`."""
    day, _, consent = text.partition("~")
    return date.fromisoformat(day), UUID(consent)


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


def keeps(authority: str | None, profile: Profile) -> str:
    """Return whether an agency keeps the data it received: `official_file` if it decides on cases, else `unknown`.

    `authority`: the code by which the law names the agency, if it does.
    """
    deciders = {authority for stage in profile.stages.values() if stage.outcomes for authority in stage.authorities}
    return OFFICIAL_FILE if authority in deciders else UNKNOWN


def check_withdrawn(*, withdrawn: bool) -> None:
    """Raise `StepForbidden` if a consent was not withdrawn: there is no withdrawal to correct."""
    if not withdrawn:
        raise StepForbidden("withdrawal_is_recorded", "This consent stands; there is no withdrawal to put right.")


def check_after_consent(*, comes_before: bool) -> None:
    """Raise `FactRefused` if the withdrawal is certainly earlier than its consent."""
    if comes_before:
        raise FactRefused(
            "happened",
            "withdrawn_after_consent",
            "This lies before the consent was given. If that is right, put the consent's day right first.",
        )


def check_not_withdrawn(*, withdrawn: bool, taken_back: bool = False) -> None:
    """Raise `StepForbidden` if the consent was already withdrawn, or was never valid."""
    if taken_back:
        raise StepForbidden("consent_counts", "This consent was recorded wrongly, and counts no more.")
    if withdrawn:
        raise StepForbidden("withdrawn_once", "This consent was withdrawn before; nothing is left to withdraw.")
