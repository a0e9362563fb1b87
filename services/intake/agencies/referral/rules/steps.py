"""The state machine of referrals, the responsibility in each state, and the events.

The sender stays responsible until the person has arrived. A referral that is rejected or not answered in time comes
back to a named person, so that it cannot be lost between two agencies. A referral that was made before its consent is
held: no agency receives it until a consent or a sharing covers it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NoReturn
from uuid import UUID

from services.intake.agencies.consent.rules import NAMED_BY_ID
from services.intake.facts.case.rules import WORKERS, Access
from shared.access.permissions import Need
from shared.casework.refusals import FactRefused, StepForbidden
from shared.events.envelope import Announcement
from shared.reference.periods import Moment

ACCESS: Final[Access] = {
    "referral.receive": WORKERS,
    "referral.send": {"caseworker": Need.TEAM, "supervisor": Need.TEAM},
    "package.read": {"caseworker": Need.TEAM, "outreach_worker": Need.TEAM, "supervisor": Need.SUPERVISION},
}


DRAFT: Final = "draft"
#: Made, but not covered by a consent yet. No agency has received it. It is sent as soon as a consent covers it.
HELD: Final = "held"
#: The rule that holds a referral by consent while the person is missing.
MISSING: Final = "person_is_missing"
#: The agency has not received it.
UNSENT: Final = frozenset((DRAFT, HELD))
ARRIVED: Final = "arrived"
#: Not answered yet. A referral in these states expires on the day by which an answer is requested.
WAITING: Final = frozenset(("sent", "received", "information_requested", "wait_listed"))
#: Under way: sent, not ended, and the person has not arrived yet.
UNDER_WAY: Final = WAITING | {"accepted", "missed"}
ENDED: Final = frozenset(("rejected", "completed", "revoked", "expired", "withdrawn"))
STATES: Final = UNSENT | {ARRIVED} | UNDER_WAY | ENDED
#: It has come back to a named member of staff, who looks for another solution.
COMES_BACK: Final = frozenset(("rejected", "expired"))
#: Steps by the agency or the person. They may be recorded before the referral, or after its end.
ANSWERS: Final = frozenset(("receive", "request_information", "wait_list", "accept", "reject", "arrive", "miss"))
#: The optional fields of a step, and the steps to which they belong.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDetails:
    """The details of a step: until when an answer is requested, the reason, the outcome, and the conditions."""

    reply_by: date | None = None
    reply_by_at: datetime | None = None
    reason: str | None = None
    outcome: str | None = None
    conditions: Sequence[str] = ()

    def stated(self) -> dict[str, object]:
        """Return the details that are not empty, by their names."""
        return {name: getattr(self, name) for name in _SAYS_MORE if getattr(self, name)}


@dataclass(frozen=True, slots=True)
class Change:
    """The states in which a step is possible, the state after it, and the fields that it needs."""

    sources: frozenset[str]
    target: str
    needs: tuple[str, ...] = ()


def _from(*states: str) -> frozenset[str]:
    return frozenset(states)


CHANGES: Final[Mapping[str, Change]] = {
    "send": Change(UNSENT, "sent"),
    "receive": Change(_from("sent"), "received"),
    "request_information": Change(_from("sent", "received", "wait_listed"), "information_requested"),
    "give_information": Change(_from("information_requested"), "received"),
    "wait_list": Change(WAITING - {"wait_listed"}, "wait_listed", ("reply_by",)),
    "accept": Change(WAITING, "accepted"),
    "reject": Change(WAITING, "rejected", ("reason",)),
    "arrive": Change(UNDER_WAY, ARRIVED),
    "miss": Change(_from("accepted"), "missed"),
    "complete": Change(_from(ARRIVED), "completed", ("outcome",)),
    "revoke": Change(UNDER_WAY | UNSENT, "revoked"),
    "withdraw": Change(UNDER_WAY | UNSENT | {ARRIVED}, "withdrawn"),
    "expire": Change(WAITING, "expired"),
}


def refuse(state: str, name: str) -> NoReturn:
    """Raise `StepForbidden` for a step that is not possible in the state of its referral."""
    sources = ", ".join(sorted(CHANGES[name].sources))
    raise StepForbidden(
        "step_of_the_state",
        f"This step is not possible, because the referral is {state}. It is possible only while the referral is: "
        f"{sources}.",
    )


def step(state: str, name: str, details: StepDetails, today: date) -> str:
    """Return the state after a step from a state. Raises `StepForbidden`, `FactRefused`."""
    change = CHANGES[name]
    if state not in change.sources:
        refuse(state, name)
    check_said(name, details, today)
    return change.target


def check_said(name: str, details: StepDetails, day: date) -> None:
    """Check the details of a step of a day, independent of its effect. Raises `FactRefused`."""
    stated = details.stated()
    for field, steps in _SAYS_MORE.items():
        if field in CHANGES[name].needs and field not in stated:
            raise FactRefused(
                field, "step_says_why", f"The field {field} is missing, and this step needs it. Send the field."
            )
        if field in stated and name not in steps:
            raise FactRefused(field, "belongs_to_another_step", "This step does not have this field. Leave it out.")
    if details.reply_by is not None:
        check_answer_by(details.reply_by, day)


def check_answer_by(day: date, today: date) -> None:
    """Check the day by which an answer is requested. Raises `FactRefused`."""
    if day < today:
        raise FactRefused(
            "reply_by", "answer_lies_ahead", "The day for the answer is in the past. Give today or a later day."
        )


def check_asked(details: StepDetails, made_at: Moment, timezone: str) -> None:
    """Check that an answer is requested for a time after the referral was made. Raises `FactRefused`."""
    if details.reply_by_at is not None and made_at.lo is not None and details.reply_by_at < made_at.lo:
        raise FactRefused("reply_by", "answer_lies_ahead", "The time for the answer is in the past. Give a later time.")
    first = made_at.first_day(timezone)
    if details.reply_by is not None and first is not None:
        check_answer_by(details.reply_by, first)


def check_counts(*, taken_back: bool) -> None:
    """Raise `StepForbidden` for a referral that was taken back as recorded wrongly."""
    if taken_back:
        raise StepForbidden(
            "referral_counts", "This referral was withdrawn as recorded by mistake. Draft another referral."
        )


def check_correctable(state: str, changes: Collection[str]) -> None:
    """Raise `StepForbidden` for values that can't be corrected after the agency has received the referral."""
    heard = sorted(set(changes) & {"agency", "purpose", "data_categories"})
    if heard and state not in UNSENT:
        raise StepForbidden(
            "referral_has_left",
            f"The agency has already received {', '.join(heard)}, so it can't be changed. Withdraw this referral, "
            "and make another.",
        )


def check_step_correctable(name: str, *, takes_back: bool) -> None:
    """Raise `StepForbidden` for a step that can't be taken back, with what to do instead."""
    if takes_back and name in ("send", "expire"):
        raise StepForbidden(
            f"{name}_stays",
            "The state of a referral follows from its steps, so it can't be corrected by itself. Withdraw or "
            "revoke the referral, or record the answer.",
        )


def check_sent_once(state: str | None) -> None:
    """Raise `StepForbidden` if the agency already has a referral with the same content; `state` is its state."""
    if state is not None and (state in UNDER_WAY or state == ARRIVED):
        raise StepForbidden(
            "sent_once",
            "The agency already has the same referral. Withdraw this one as recorded twice, or correct it.",
        )


# control: H-AGENCY-6 referral-waits
def check_shared(wanted: Collection[str], consented: Iterable[Collection[str]]) -> None:
    """Check that the person consented to each category. Raises `StepForbidden`, which names the missing ones.

    `consented`: the categories of each valid consent to this agency for this purpose, and of each sharing with it
    without consent (`sharing.rules`).
    """
    standing = list(consented)
    if not standing:
        raise StepForbidden(
            "consent_before_sharing",
            "The person has not consented to sharing with this agency for this purpose. Ask the person, and record "
            "the consent first.",
        )
    missing = sorted(set(wanted).difference(*standing))
    if missing:
        raise StepForbidden(
            "consent_per_category",
            f"The person has not consented to sharing: {', '.join(missing)}. Leave this out, or ask the person for "
            "consent.",
        )


# control: H-AGENCY-6 referral-waits
def check_goes(wanted: Collection[str], going: Collection[Collection[str]]) -> None:
    """Check that a covered referral can be sent today: sharing by consent waits while the person is missing.

    `going`: the categories of each consent or sharing that applies today. Raises `StepForbidden`.
    """
    if set(wanted).difference(*going) or not going:
        raise StepForbidden(
            MISSING,
            "The person is missing, so referrals with consent wait until they are found. If it can't wait, name a "
            "reason to share without consent.",
        )


def urgency(urgent: bool | None) -> dict[str, object]:  # noqa: FBT001 - a value of the referral, not an option
    """Return the urgency fields of an event: its version has no null for an urgency that was never asked about."""
    return {"urgent": bool(urgent)} if urgent is not None else {"urgent": False, "urgency_asked": False}


def responsible(state: str) -> str:
    """Return who is responsible for the person: the sender until they arrive, and again once the referral came back."""
    return "receiver" if state in (ARRIVED, "completed") else "sender"


def announced(
    referral: UUID, state: str, name: str, details: StepDetails, referral_fields: Mapping[str, object]
) -> list[Announcement]:
    """Return the event of a step from a state, if it has one.

    `referral_fields`: the event fields of `send`, and the member of staff who gets the referral back (`returned_to`). A
    draft that is abandoned before it was sent has no event.
    """
    if state in UNSENT and name != "send":
        return []
    payload: dict[str, object] = {"referral": referral}
    if name == "send":
        payload |= {key: value for key, value in referral_fields.items() if key != "returned_to"}
    payload |= {field: getattr(details, field) for field in TELLS.get(name, ())}
    if name == "wait_list" and details.reply_by_at is not None:
        payload["reply_by_at"] = details.reply_by_at
    if CHANGES[name].target in COMES_BACK:
        payload["returned_to"] = referral_fields["returned_to"]
    return [Announcement(f"referral.{VERBS[name]}", payload, NAMED_BY_ID if name == "send" else 1)]


def check_none_under_way(states: Iterable[str]) -> None:
    """Raise `StepForbidden` if a referral is under way: its sender is responsible, so the case can't be closed."""
    if UNDER_WAY & set(states):
        raise StepForbidden(
            "referrals_first",
            "A referral is still open, and you are responsible until the person arrives. Record the outcome of the "
            "referral first.",
        )
