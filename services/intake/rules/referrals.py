"""A referral to another agency: what may be done to it in which state, who is responsible, and what is told of it.

The sender stays responsible until the person has arrived. A referral that is rejected, or that nobody answered in time,
comes back to a named person, so that it can't be lost between two agencies.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from services.intake.rules.refusals import FactRefused, StepForbidden
from shared.envelope import Announcement

DRAFT: Final = "draft"
ARRIVED: Final = "arrived"
#: Not answered yet: these run out on the day until which an answer was asked for.
WAITING: Final = frozenset(("sent", "received", "information_requested", "wait_listed"))
#: On its way: begun, and neither ended nor with the other agency yet.
UNDER_WAY: Final = WAITING | {"accepted", "missed"}
ENDED: Final = frozenset(("rejected", "completed", "revoked", "expired", "withdrawn"))
STATES: Final = frozenset((DRAFT, ARRIVED)) | UNDER_WAY | ENDED
#: In these it has come back, and somebody named looks for another way.
COMES_BACK: Final = frozenset(("rejected", "expired"))

_ANSWERABLE: Final = WAITING - {"sent"}


@dataclass(frozen=True, slots=True)
class Change:
    """From which states a step leads to which, and the fields that it needs."""

    sources: frozenset[str]
    target: str
    needs: tuple[str, ...] = ()


def _from(*states: str) -> frozenset[str]:
    return frozenset(states)


CHANGES: Final[Mapping[str, Change]] = {
    "send": Change(_from(DRAFT), "sent"),
    "receive": Change(_from("sent"), "received"),
    "request_information": Change(_from("received", "wait_listed"), "information_requested"),
    "give_information": Change(_from("information_requested"), "received"),
    "wait_list": Change(_from("received", "information_requested"), "wait_listed", ("reply_by",)),
    "accept": Change(_ANSWERABLE, "accepted"),
    "reject": Change(WAITING, "rejected", ("reason",)),
    "arrive": Change(_from("accepted", "missed"), ARRIVED),
    "miss": Change(_from("accepted"), "missed"),
    "complete": Change(_from(ARRIVED), "completed", ("outcome",)),
    "revoke": Change(UNDER_WAY | {DRAFT}, "revoked"),
    "withdraw": Change(UNDER_WAY | {DRAFT, ARRIVED}, "withdrawn"),
    "expire": Change(WAITING, "expired"),
}
#: Fields that say more of a step, and the steps that they belong to.
_SAYS_MORE: Final[Mapping[str, tuple[str, ...]]] = {
    "reply_by": ("wait_list",),
    "reason": ("reject",),
    "outcome": ("complete",),
    "conditions": ("accept",),
}


def step(state: str, name: str, said: Mapping[str, Any], today: date) -> str:
    """Check a step from a state, with what is said of it; gives the new state. Raises `StepForbidden`, `FactRefused`.

    `said` has `reply_by`, `reason`, `outcome` and `conditions`, empty where nothing is said.
    """
    change = CHANGES[name]
    if state not in change.sources:
        known = ", ".join(sorted(change.sources))
        raise StepForbidden(
            "step_of_the_state", f"This referral is {state}; that can be done only while it is one of: {known}."
        )
    for field, steps in _SAYS_MORE.items():
        if field in change.needs and not said[field]:
            raise FactRefused(field, "step_says_why", f"This step needs {field}.")
        if said[field] and name not in steps:
            raise FactRefused(field, "belongs_to_another_step", "This says nothing of this step; leave it out.")
    if said["reply_by"] is not None:
        answer_by(said["reply_by"], today)
    return change.target


def answer_by(day: date, today: date) -> None:
    """Check the day until which an answer is asked for. Raises `FactRefused`."""
    if day < today:
        raise FactRefused("reply_by", "answer_lies_ahead", "Nobody can answer by a day that is over.")


def shares(wanted: Collection[str], consented: Iterable[Collection[str]]) -> None:
    """Check that each category that would go along is consented to. Raises `StepForbidden`, naming those that are not.

    `consented`: the categories of each consent that stands, to this agency and for this purpose, and of what is shared
    with it without consent (`rules.sharing`).
    """
    standing = list(consented)
    if not standing:
        raise StepForbidden(
            "consent_before_sharing", "The person has not consented that this agency hears of them for this purpose."
        )
    missing = sorted(set(wanted).difference(*standing))
    if missing:
        raise StepForbidden(
            "consent_per_category",
            f"The person has not consented to sharing: {', '.join(missing)}. Leave it out, or ask them.",
        )


def responsible(state: str) -> str:
    """Say who answers for the person: the sender until first contact, and again once it came back."""
    return "receiver" if state in (ARRIVED, "completed") else "sender"


def announced(
    referral: UUID, state: str, name: str, said: Mapping[str, Any], details: Mapping[str, Any]
) -> list[Announcement]:
    """Give what is told of a step that was taken from a state.

    `details`: what was to be sent (for `send`), and whom it comes back to (`returned_to`). Of a draft that was never
    sent, nobody has heard, and nobody hears that it was given up.
    """
    if state == DRAFT and name != "send":
        return []
    told: dict[str, Any] = {"referral": referral}
    if name == "send":
        told |= {key: value for key, value in details.items() if key != "returned_to"}
    told |= {field: said[field] for field in TELLS.get(name, ())}
    if CHANGES[name].target in COMES_BACK:
        told["returned_to"] = details["returned_to"]
    return [Announcement(f"referral.{VERBS[name]}", told)]


#: The verb of each step's event.
VERBS: Final[Mapping[str, str]] = {
    "send": "sent",
    "receive": "received",
    "request_information": "information_requested",
    "give_information": "information_given",
    "wait_list": "wait_listed",
    "accept": "accepted",
    "reject": "rejected",
    "arrive": "arrived",
    "miss": "missed",
    "complete": "completed",
    "revoke": "revoked",
    "withdraw": "withdrawn",
    "expire": "expired",
}
#: What each event says of its step.
TELLS: Final[Mapping[str, tuple[str, ...]]] = {
    "wait_list": ("reply_by",),
    "accept": ("conditions",),
    "reject": ("reason",),
    "complete": ("outcome",),
}


def nothing_under_way(states: Iterable[str]) -> None:
    """Raise if a case can't be closed because a referral is on its way, for which its sender answers."""
    if UNDER_WAY & set(states):
        raise StepForbidden(
            "referrals_first",
            "A referral is on its way, and you answer for the person until they arrive. Record what became of it.",
        )
