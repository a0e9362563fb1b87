"""Derive the effects of the withdrawal of a consent from the services' answers. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from services.web.consents.page import deliveries_of
from services.web.upstream.client import Answer

#: The states of a referral that a withdrawal ends, and of one that has not been sent.
_SENT: Final = frozenset(("sent", "received", "information_requested", "wait_listed", "accepted", "missed", "arrived"))
_UNSENT: Final = frozenset(("draft", "held"))
#: Whether the agency received anything from Casepath. `ready`: events are ready for it, and no delivery was counted.
RECEIVED, READY, NOTHING, UNKNOWN = "received", "ready", "nothing", "unknown"


@dataclass(frozen=True)
class Reached:
    """A referral that a withdrawal reaches, and whether it ends."""

    purpose: str
    state: str
    ends: bool


@dataclass(frozen=True)
class Withdrawal:
    """The effects of a withdrawal. `refers`: the data of the referrals that were sent with the consent."""

    consent: Mapping[str, Any]
    is_valid: bool
    refers: Sequence[str]
    still_covered: Sequence[str]
    keeps: str
    verify: bool
    has_sent: bool
    referrals: Sequence[Reached]
    #: Whether the referrals are shown to the reader or hidden.
    referrals_state: str
    received: str
    #: How many events each channel delivered, and when last.
    channels: Sequence[Mapping[str, Any]]


def withdrawal_of(
    consent: Mapping[str, Any],
    case: Mapping[str, Any],
    preview: Mapping[str, Any],
    deliveries: Answer,
    today: date,
) -> Withdrawal:
    """Return the effects of withdrawing a consent of a case. `preview`: what intake says of it."""
    holders = preview.get("holders") or ()
    holder = holders[0] if holders else {}
    still = holder.get("still_covered") or []
    may_count = bool(preview.get("counts_deliveries"))
    received, channels = _received(consent["agency"], deliveries) if may_count else (UNKNOWN, ())
    is_over = date.fromisoformat(consent["expires_on"]) < today
    return Withdrawal(
        consent=consent,
        is_valid=not (is_over or consent.get("withdrawn_on") or consent.get("taken_back_at")),
        refers=holder.get("data_categories") or [],
        still_covered=still,
        keeps=holder.get("keeps") or "",
        verify=bool(holder.get("verify")),
        has_sent=bool(holders),
        referrals=_reached(consent, case.get("referrals") or (), frozenset(still)),
        referrals_state="hidden" if case.get("referrals") is None else "shown",
        received=received,
        channels=channels,
    )


def _reached(
    consent: Mapping[str, Any], referrals: Sequence[Mapping[str, Any]], still: frozenset[str]
) -> list[Reached]:
    same = [
        each
        for each in referrals
        if each["agency"] == consent["agency"]
        and each["purpose"] in consent["purposes"]
        and each["state"] in _SENT | _UNSENT
        and not each.get("taken_back_at")
    ]
    return [
        Reached(
            each["purpose"],
            each["state"],
            each["state"] in _SENT and not frozenset(each.get("data_categories") or ()) <= still,
        )
        for each in same
    ]


# control: H-AGENCY-12 counts-before-withdrawal
def _received(agency: str, deliveries: Answer) -> tuple[str, Sequence[Mapping[str, Any]]]:
    """Return whether an agency received anything, and how many events each channel delivered."""
    state, listed = deliveries_of(deliveries)
    if state != "shown":
        return UNKNOWN, ()
    found = next((each for each in listed if each["agency"] == agency), None)
    if found is None or not found.get("first_at"):
        return NOTHING, ()
    channels = found.get("channels") or ()
    return (RECEIVED if channels else READY), channels
