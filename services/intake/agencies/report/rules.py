"""The reasons for refusing a report, and rules of offered referrals: access, states, and the day of the decision. Pure.

The reasons are codes that reveal nothing about the case to the agency.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from services.intake.agencies.referral.rules import ARRIVED
from services.intake.facts.case.rules import Access
from shared.access.permissions import Need
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

_WORKERS: Final = dict.fromkeys(("caseworker", "outreach_worker", "supervisor"), Need.ANY)

ACCESS: Final[Access] = {
    # They contain only codes, and their persons have no case yet. All staff who could accept the person see them.
    "offer.read": _WORKERS,
    "offer.decide": _WORKERS,
}

WAITING, ASKED, ACCEPTED, DECLINED = "waiting", "asked", "accepted", "declined"

#: The states before the decision.
OPEN: Final = (WAITING, ASKED)

#: Casepath's own rule: the time for an answer, unless the sender asks for an earlier one.
ANSWERED_WITHIN, URGENT_WITHIN = timedelta(days=3), timedelta(days=1)


def refusal_of(refused: StepForbidden) -> str:
    """Return the code for why a report was refused, from the rule that refused it."""
    return _BY_RULE.get(refused.rule, IMPOSSIBLE if isinstance(refused, FactRefused) else NO_PLACE)


def check_helps(state: str) -> None:
    """Raise `StepForbidden` if an agency reports progress before it accepted the referral."""
    if state not in _HELPS:
        raise StepForbidden(
            "referral_was_accepted", "The agency has not accepted this referral yet. Wait until it has accepted."
        )


def due_on(offered_on: date, reply_by: date | None, *, urgent: bool) -> date:
    """Return the day by which an offered referral is decided on."""
    own = offered_on + (URGENT_WITHIN if urgent else ANSWERED_WITHIN)
    return own if reply_by is None else min(own, reply_by)


def check_open(state: str) -> None:
    """Raise `StepForbidden` if the offered referral was already decided on."""
    if state not in OPEN:
        raise StepForbidden("offer_is_open", "This referral was already decided. The agency can send another one.")
