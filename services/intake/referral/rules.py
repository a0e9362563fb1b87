"""Referrals: the state machine, who is responsible in each state, the events, and the package that goes along.

The sender stays responsible until the person has arrived. A referral that is rejected, or that nobody answered in time,
comes back to a named person, so that it can't be lost between two agencies. Each thing in a package belongs to a
category of data, and goes by consent.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from services.intake.case.rules import WORKERS, Access
from shared.access.permissions import Need
from shared.casework.refusals import FactRefused, StepForbidden
from shared.events.envelope import Announcement

ACCESS: Final[Access] = {
    "referral.receive": WORKERS,
    "referral.send": {"caseworker": Need.TEAM, "supervisor": Need.TEAM},
    "package.read": {"caseworker": Need.TEAM, "outreach_worker": Need.TEAM, "supervisor": Need.SUPERVISION},
}


DRAFT: Final = "draft"
ARRIVED: Final = "arrived"
#: Not answered yet: these run out on the day until which an answer was asked for.
WAITING: Final = frozenset(("sent", "received", "information_requested", "wait_listed"))
#: On its way: begun, and neither ended nor with the other agency yet.
UNDER_WAY: Final = WAITING | {"accepted", "missed"}
ENDED: Final = frozenset(("rejected", "completed", "revoked", "expired", "withdrawn"))
STATES: Final = frozenset((DRAFT, ARRIVED)) | UNDER_WAY | ENDED
#: In these it has come back to a named member of staff, who looks for another way.
COMES_BACK: Final = frozenset(("rejected", "expired"))
_ANSWERABLE: Final = WAITING - {"sent"}
#: Optional fields of a step, and the steps that they belong to.
_SAYS_MORE: Final[Mapping[str, tuple[str, ...]]] = {
    "reply_by": ("wait_list",),
    "reason": ("reject",),
    "outcome": ("complete",),
    "conditions": ("accept",),
}
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
#: The fields of each step's event.
TELLS: Final[Mapping[str, tuple[str, ...]]] = {
    "wait_list": ("reply_by",),
    "accept": ("conditions",),
    "reject": ("reason",),
    "complete": ("outcome",),
}
#: What is written for the agency, by category.
WRITTEN: Final[Mapping[str, tuple[str, ...]]] = {
    "identity": ("language", "dialect", "interpreter_gender"),
    "account": ("risk_to_person", "risk_to_staff", "risk", "told"),
    "third_parties": ("exclusions",),
    "children": ("dependants",),
    "health": ("urgent_health",),
    "contact_safe": ("out_of_hours",),
}
#: Taken from the case's own records, as they are when the referral is sent.
SAFE_CONTACT: Final = ("contact_safe", "safe_contact")
EXCLUDED_AGENCIES: Final = ("third_parties", "excluded_agencies")
#: Parts of a package: category -> field -> value.
Parts = Mapping[str, Mapping[str, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDetails:
    """What a step says beside its name: until when there is an answer, why not, how it ended, on which conditions."""

    reply_by: date | None = None
    reason: str | None = None
    outcome: str | None = None
    conditions: Sequence[str] = ()

    def stated(self) -> dict[str, object]:
        """Return the details that are not empty, by their names."""
        return {name: getattr(self, name) for name in _SAYS_MORE if getattr(self, name)}


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


def step(state: str, name: str, details: StepDetails, today: date) -> str:
    """Return the state after a step from a state. Raises `StepForbidden`, `FactRefused`."""
    change = CHANGES[name]
    if state not in change.sources:
        sources = ", ".join(sorted(change.sources))
        raise StepForbidden(
            "step_of_the_state", f"This referral is {state}; that can be done only while it is one of: {sources}."
        )
    stated = details.stated()
    for field, steps in _SAYS_MORE.items():
        if field in change.needs and field not in stated:
            raise FactRefused(field, "step_says_why", f"This step needs {field}.")
        if field in stated and name not in steps:
            raise FactRefused(field, "belongs_to_another_step", "This says nothing of this step; leave it out.")
    if details.reply_by is not None:
        check_answer_by(details.reply_by, today)
    return change.target


def check_answer_by(day: date, today: date) -> None:
    """Check the day until which an answer is asked for. Raises `FactRefused`."""
    if day < today:
        raise FactRefused("reply_by", "answer_lies_ahead", "Nobody can answer by a day that is over.")


def check_shared(wanted: Collection[str], consented: Iterable[Collection[str]]) -> None:
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
    """Return who is responsible for the person: the sender until they arrive, and again once the referral came back."""
    return "receiver" if state in (ARRIVED, "completed") else "sender"


def announced(
    referral: UUID, state: str, name: str, details: StepDetails, referral_fields: Mapping[str, object]
) -> list[Announcement]:
    """Return the event of a step that was taken from a state, if it has one.

    `referral_fields`: the event fields of `send`, and to whom the referral comes back (`returned_to`).
    A draft that is given up before it was sent has no event.
    """
    if state == DRAFT and name != "send":
        return []
    payload: dict[str, object] = {"referral": referral}
    if name == "send":
        payload |= {key: value for key, value in referral_fields.items() if key != "returned_to"}
    payload |= {field: getattr(details, field) for field in TELLS.get(name, ())}
    if CHANGES[name].target in COMES_BACK:
        payload["returned_to"] = referral_fields["returned_to"]
    return [Announcement(f"referral.{VERBS[name]}", payload)]


def check_none_under_way(states: Iterable[str]) -> None:
    """Raise `StepForbidden` if a referral is on its way: its sender is responsible, so the case can't be closed."""
    if UNDER_WAY & set(states):
        raise StepForbidden(
            "referrals_first",
            "A referral is on its way, and you answer for the person until they arrive. Record what became of it.",
        )


def check_writable(state: str) -> None:
    """Raise `StepForbidden` once the referral was sent: its package never changes then."""
    if state != DRAFT:
        raise StepForbidden("package_of_a_draft", "This referral was sent, and its package with it. Draft another one.")


def parted(given: Mapping[str, object]) -> dict[str, dict[str, object]]:
    """Return the fields that were filled in, by category; empty ones are left out."""
    parts = {
        category: {field: given[field] for field in fields if given[field] is not None}
        for category, fields in WRITTEN.items()
    }
    return {category: fields for category, fields in parts.items() if fields}


def goes(parts: Parts, named: Collection[str], covered: Iterable[Collection[str]]) -> dict[str, dict[str, object]]:
    """Return the parts that may go to the agency: of the categories that the referral names, those that are covered."""
    allowed = set(named).intersection({name for categories in covered for name in categories})
    return {category: dict(fields) for category, fields in parts.items() if category in allowed}


def flat(parts: Parts) -> dict[str, object]:
    """Return the fields of all parts in one mapping."""
    return {name: value for fields in parts.values() for name, value in fields.items()}


def is_given(state: str) -> bool:
    """Return whether an agency may still be given what a package contains: not once the referral has ended."""
    return state in UNDER_WAY or state == ARRIVED
