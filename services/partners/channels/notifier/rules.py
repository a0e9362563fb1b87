"""The rules of notifiers: the roles that manage them, retries, and when a ring is given up. Pure; all by real time."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from services.partners.agencies.agency.rules import ENDED as AGENCY_ENDED
from shared.access.permissions import Need
from shared.casework.refusals import FactRefused, StepForbidden

_KEEPERS: Final = dict.fromkeys(("operator", "data_protection_officer", "agency_administrator"), Need.ANY)
ACCESS: Final[Mapping[str, Mapping[str, Need]]] = {
    "notifier.change": _KEEPERS,
    "notifier.read": _KEEPERS,
    "notifier.send": _KEEPERS,
}
WEBHOOK, EMAIL = "webhook", "email"
#: The list `ring_state`.
WAITING, DELIVERED, UNDELIVERED = "waiting", "delivered", "undelivered"
#: The outcome of a ring for which the agency has no notifier.
NO_NOTIFIER: Final = "no_notifier"
#: The minutes for which a test ring is tried.
TEST_MINUTES: Final = 1
MOST_NOTIFIERS: Final = 20
#: The wait before a failed ring is tried again, until the next ring is due.
RETRY: Final = timedelta(seconds=15)
_ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])")


def check_agency(state: str) -> None:
    """Raise `StepForbidden` for an agency that has ended."""
    if state == AGENCY_ENDED:
        raise StepForbidden("notifier.agency_ended", "This agency has ended. Register a notifier for an active agency.")


def check_count(count: int) -> None:
    """Raise `StepForbidden` if an agency has the maximum number of notifiers."""
    if count >= MOST_NOTIFIERS:
        raise StepForbidden("notifier.too_many", "This agency has 20 notifiers. Remove one first.")


def check_email(address: str) -> None:
    """Raise `FactRefused` for an invalid e-mail address."""
    if not _ADDRESS.fullmatch(address):
        raise FactRefused(
            "address",
            "address_is_email",
            "The address is not an e-mail address. Send one address, such as on-call@example.org.",
        )


def check_levels(levels: list[str]) -> None:
    """Raise `FactRefused` for a notifier that would never ring."""
    if not levels:
        raise FactRefused(
            "levels", "levels_named", "The notifier has no level, so it would never ring. Name at least one level."
        )


def refusal_of(reason: str) -> FactRefused:
    """Return the error for a webhook's address; `reason` is the code why nothing is sent there."""
    return FactRefused(
        "address",
        reason,
        "The address of the webhook is not allowed. Send an https address on the public internet, or ask the operator.",
    )


def is_given_up(now: datetime, until: datetime) -> bool:
    """Return whether a failed ring is not tried again, because the next one is due."""
    return now + RETRY >= until
