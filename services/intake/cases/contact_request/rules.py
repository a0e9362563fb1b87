"""Rules of requests to be contacted: their readers, their states, and how long they are kept. Pure.

A request is received, taken by one member of staff, and finished, or the person withdraws it. If it has no outcome some
time after it was taken, it is received again, so that no request is forgotten.
"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from services.intake.facts.case.rules import Access
from services.intake.facts.safe_contact.rules import DAYS, TRACES
from shared.access.permissions import Need
from shared.casework.refusals import FactRefused, StepForbidden
from shared.events.envelope import Announcement

_READERS: Final = dict.fromkeys(("caseworker", "outreach_worker", "supervisor"), Need.ANY)
ACCESS: Final[Access] = {
    # The requests are about no case. The action decides which agency's requests and whose contact the caller sees.
    "contact_request.read": _READERS,
    "contact_request.take": _READERS,
    "contact_request.see": _READERS,
    "contact_request.settle": _READERS,
    "contact_request.open_case": dict.fromkeys(("caseworker", "outreach_worker"), Need.ANY),
}
RECEIVED, TAKEN, NOT_REACHED, FINISHED, WITHDRAWN = "received", "taken", "not_reached", "finished", "withdrawn"
#: States in which a member of staff has taken it and not finished it.
HELD: Final = (TAKEN, NOT_REACHED)
#: States in which the person can change the request.
OPEN: Final = (RECEIVED, *HELD)
OUTCOME_NOT_REACHED, OUTCOME_CASE_OPENED = "not_reached", "case_opened"
#: Ways to contact the person that the public site offers.
WAYS: Final = ("phone", "sms", "email", "chat", "in_person")
#: The most waiting requests of one agency. Further requests are refused before anything is stored.
MOST_WAITING: Final = 1_000
#: The duration of each state. After it, a taken request is received again, and all others are erased.
_LASTS: Final[Mapping[str, timedelta]] = {
    RECEIVED: timedelta(days=30),
    TAKEN: timedelta(hours=24),
    NOT_REACHED: timedelta(hours=72),
    FINISHED: timedelta(days=7),
    WITHDRAWN: timedelta(days=7),
}
#: Rings are repeated while a request waits. After an hour they also reach the agency's supervisors.
RINGS_EVERY: Final = timedelta(minutes=15)
_SUPERVISORS_AFTER: Final = timedelta(hours=1)
_LEAVES: Final[Mapping[str, str]] = {"phone": "voicemail", **TRACES}


class ListIsFull(Exception):
    """The list of waiting requests is full. The request was not stored, and the person learns that at once."""

    status = 503
    retryable = True
    is_expected = True
    title = "The list is full"
    headers: Mapping[str, str] = {"Retry-After": "3600"}

    def __init__(self) -> None:
        """Store what the person can do instead."""
        super().__init__(
            "Too many requests are waiting, so this one was not stored. Call a help number, or try again later."
        )


# control: H-PUBLIC-5 bounded-queue
def check_room(waiting: int) -> None:
    """Raise `ListIsFull` unless there is room for one more request."""
    if waiting >= MOST_WAITING:
        raise ListIsFull


# control: H-PUBLIC-6 nobody-reads-nothing-offered
def check_read(agency: UUID | None) -> None:
    """Raise `FactRefused` if no agency reads requests for the jurisdiction."""
    if agency is None:
        raise FactRefused(
            "jurisdiction", "somebody_reads_it", "Requests for this country are not read here. Call a help number."
        )


def check_times(begins: time | None, ends: time | None) -> None:
    """Raise `FactRefused` unless both times or neither are given, and the first is earlier."""
    if (begins is None) != (ends is None):
        raise FactRefused(
            "ends", "both_times", "Only one of the two times is given. Give both, or neither if any time is possible."
        )
    if begins is not None and ends is not None and ends <= begins:
        raise FactRefused("ends", "begins_before_it_ends", "The time ends before it begins. Check both times.")


def check_contact(before: str | None, way: str | None, contact: str | None) -> None:
    """Raise `FactRefused` if the way changes without a contact for the new way."""
    if way is not None and way != before and contact is None:
        raise FactRefused(
            "contact",
            "way_has_contact",
            "The contact details for this way are missing. Write how to contact you in this way.",
        )


def check_free(state: str) -> None:
    """Raise `StepForbidden` unless the request waits to be taken."""
    if state != RECEIVED:
        raise StepForbidden(
            "contact_request.is_free", "Another worker has taken this request, or it is closed. Read the list again."
        )


def is_own(state: str, taken_by: UUID | None, by: UUID) -> bool:
    """Return whether this member of staff took the request and has not finished it."""
    return taken_by == by and state in HELD


def check_own(state: str, taken_by: UUID | None, by: UUID) -> None:
    """Raise `StepForbidden` unless the caller took the request and has not finished it."""
    if not is_own(state, taken_by, by):
        raise StepForbidden(
            "contact_request.is_yours",
            "Only the worker who took a request can work on it. Take it first if it is free.",
        )


def after(outcome: str) -> str:
    """Return the state of a request after an outcome."""
    return NOT_REACHED if outcome == OUTCOME_NOT_REACHED else FINISHED


def until(state: str, since: datetime) -> datetime:
    """Return the instant until which a state lasts."""
    return since + _LASTS[state]


# control: H-PUBLIC-1 code-shows-no-contact
def shown_to_person(state: str, *, may_leave_message: bool) -> Mapping[str, object]:
    """Return what a return code shows: the state, and nothing that another reader must not know."""
    shown = TAKEN if state == FINISHED else state
    return {"state": shown, "may_change": state in OPEN, "may_leave_message": may_leave_message}


def rung(since: datetime, now: datetime) -> tuple[str, ...]:
    """Return the audiences of a ring for a request that has waited since an instant."""
    return ("team", "agency_supervisors") if now - since >= _SUPERVISORS_AFTER else ("team",)


def ring_due(ring: UUID, told: str) -> Announcement:
    """Return the event that makes an agency's on-call notifiers ring. It names no request and no person."""
    minutes = RINGS_EVERY // timedelta(minutes=1)
    return Announcement("ring.due", {"ring": ring, "urgency": "today", "told": told, "minutes": minutes})


# control: H-PUBLIC-1 nothing-left-unless-chosen
def agreement(request: Mapping[str, Any], way: str, zone: str) -> Mapping[str, object]:
    """Return the contact agreement of the person, for the case that opens for them."""
    leaves = [_LEAVES[way]] if request["may_leave_message"] and way in _LEAVES else []
    begins, ends = request["begins"] or "00:00:00", request["ends"] or "23:59:00"
    days = request["days"] or (DAYS if request["begins"] else ())
    windows = [{"day": day, "begins": begins[:5], "ends": ends[:5]} for day in days]
    return {
        "channels": [way],
        "zone": zone,
        "windows": windows,
        "leaves": leaves,
        "code_word": request["code_word"],
        "if_another_answers": request["if_another_answers"],
        "story": request["story"],
        # A place to meet is not the person's address.
        "warning": request["contact"] if way == "in_person" else None,
    }
