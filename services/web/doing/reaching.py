"""Check whether a referral reaches its agency, and explain obstacles and the next action. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.web.words.texts import gettext_noop


@dataclass(frozen=True)
class Obstacle:
    """An obstacle to a referral: the instruction, and the action that removes it (empty: none of the desk's)."""

    text: str
    act: str = ""


#: By the rule that holds a referral back (code list `referral_held_because`).
HELD: Final[Mapping[str, Obstacle]] = {
    "consent_before_sharing": Obstacle(
        gettext_noop(
            "No consent allows this agency to receive data for this purpose. The referral reaches nobody until you "
            "record such a consent. Then it is sent automatically, with the package as it is written by then."
        ),
        "consent",
    ),
    "consent_per_category": Obstacle(
        gettext_noop(
            "The consent to this agency does not cover all data of the referral. The referral reaches nobody until a "
            "consent covers them. Record a wider consent, or draft another referral with less data."
        ),
        "consent",
    ),
    "answer_lies_ahead": Obstacle(
        gettext_noop(
            "The day by which the agency should answer has passed. The referral reaches nobody. Revoke it, and draft "
            "another one with a later day."
        ),
        "referral",
    ),
    "agency_takes_part": Obstacle(
        gettext_noop(
            "The agency takes no part at present, so the referral reaches nobody. Draft a referral to another agency, "
            "or send this one again when the agency takes part."
        ),
        "referral",
    ),
    "person_is_missing": Obstacle(
        gettext_noop(
            "The person is missing. The referral reaches nobody. It is sent automatically after they are found."
        ),
    ),
}
_OTHERWISE: Final = Obstacle(
    gettext_noop("The referral is held back and reaches nobody. Check the consents of this case."), "consent"
)
NOT_CONNECTED: Final = gettext_noop(
    "This agency receives nothing from Casepath: it is not connected. The referral is recorded as sent, but it does "
    "not reach the agency. Hand it over yourself, for example by telephone."
)
NOT_KNOWN: Final = gettext_noop(
    "It cannot be shown now whether this agency is connected to Casepath: the service for agencies does not answer. "
    "Ask the agency whether it has received the referral."
)


def obstacle_of(held_because: object) -> Obstacle:
    """Return what keeps a referral from its agency, by the rule that holds it back."""
    return HELD.get(str(held_because), _OTHERWISE)


def is_unreached(agency: Mapping[str, Any] | None) -> bool:
    """Return whether a referral that is sent may not reach its agency; None: it is not known."""
    return agency is None or agency.get("is_connected") is False
