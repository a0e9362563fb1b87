"""The reasons for refusing a report, in codes that reveal nothing about the case to the agency. Pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from services.intake.agencies.referral.rules import ARRIVED
from shared.casework.refusals import FactRefused, StepForbidden

TAKEN, REFUSED = "taken", "refused"
#: Why a report was refused (code list `agency_report_refusal`).
UNKNOWN, NOT_NOW, NO_PLACE, NOTHING_TO_ANSWER, IMPOSSIBLE = (
    "unknown",
    "not_now",
    "no_place",
    "nothing_to_answer",
    "impossible",
)
#: The states of a referral in which the agency has accepted the person, or had accepted them.
_HELPS: Final = frozenset(("accepted", "missed", ARRIVED, "completed"))
_BY_RULE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "answer_follows_withdrawal": NOTHING_TO_ANSWER,
        "deleted_is_final": NOTHING_TO_ANSWER,
        "referral_counts": UNKNOWN,
    }
)


def refusal_of(refused: StepForbidden) -> str:
    """Return the code for why a report was refused, from the rule that refused it."""
    return _BY_RULE.get(refused.rule, IMPOSSIBLE if isinstance(refused, FactRefused) else NO_PLACE)


def check_helps(state: str) -> None:
    """Raise `StepForbidden` if an agency reports progress before it accepted the referral."""
    if state not in _HELPS:
        raise StepForbidden("referral_was_accepted", "The agency has not taken this referral yet.")
