"""Rules of offered referrals: access, states, and the day by which one is decided on. Pure."""

from datetime import date, timedelta
from typing import Final

from services.intake.facts.case.rules import Access
from shared.access.permissions import Need
from shared.casework.refusals import StepForbidden

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


def due_on(offered_on: date, reply_by: date | None, *, urgent: bool) -> date:
    """Return the day by which an offered referral is decided on."""
    own = offered_on + (URGENT_WITHIN if urgent else ANSWERED_WITHIN)
    return own if reply_by is None else min(own, reply_by)


def check_open(state: str) -> None:
    """Raise `StepForbidden` if the offered referral was already decided on."""
    if state not in OPEN:
        raise StepForbidden("offer_is_open", "This referral was decided on. The agency makes another one if it has to.")
