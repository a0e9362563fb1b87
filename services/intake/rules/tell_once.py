"""Tell once: a person who has given an account is not asked for it again without a reason that is written down."""

from collections.abc import Collection

from services.intake.rules.refusals import StepForbidden
from shared.reference import codes


def ask_for_account(asked_before: int, shared_with_us: Collection[str], reason: str | None) -> int:
    """Count another time that a person is asked for their account; gives the new count.

    `shared_with_us`: accounts given before that we may read by the person's consent. Raises `StepForbidden` where the
    person was asked before and nobody says why once more, or where an account that we may read would do.
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
