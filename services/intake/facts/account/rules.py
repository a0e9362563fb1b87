"""Do not ask a person for their account again without a recorded reason. Pure."""

from collections.abc import Collection
from typing import Final

from services.intake.facts.case.rules import TEAM_ROLES, Access
from shared.casework.refusals import StepForbidden
from shared.reference import codes

ACCESS: Final[Access] = {"account.record": TEAM_ROLES}


def ask_for_account(asked_before: int, shared_with_us: Collection[str], reason: str | None) -> int:
    """Return how often a person has been asked for their account, including this time.

    `shared_with_us`: earlier accounts that we may read with the person's consent. Raises `StepForbidden` if the person
    was asked before and no reason is given, or if an account that we may read contradicts the reason.
    """
    if asked_before == 0:
        return 1
    if reason is None or reason not in codes("account_reason"):
        raise StepForbidden(
            "told_once",
            f"The person has been asked before (times: {asked_before}). Say why once more, or use what they told.",
        )
    if reason == "account_not_shared_with_us" and shared_with_us:
        raise StepForbidden("told_once", "An account that you may read is there already. Read it instead of asking.")
    return asked_before + 1
