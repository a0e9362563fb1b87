"""The rules of matter files: the roles, the allowed steps, and the tasks that follow. Pure.

A task is published again only if it has changed.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from services.legal.cases.case.rules import WORKERS, Access
from shared.access.permissions import Need
from shared.casework.refusals import FactRefused, StepForbidden
from shared.events.envelope import Announcement
from shared.reference import Right
from shared.reference.grouping import DUE, OVER, OVERDUE, PAST_STATES, REACHED

#: Each action also requires membership of the file's team. To everyone else, the file does not exist (404).
ACCESS: Final[Access] = {
    "matter_file.open": WORKERS,
    "matter_file.read": WORKERS,
    "matter_file.change": WORKERS,
    "matter_file.keep_apart": WORKERS,
    # Access is decided for each case separately.
    "matter_file.due": {"legal_adviser": Need.ANY},
    # Hands over matters without a team, without seeing what they are.
    "matter_file.hand_over": {"supervisor": Need.SUPERVISION},
    # Requires a second person: see `check_lifting`.
    "barrier.read": {"supervisor": Need.SUPERVISION},
    "barrier.lift": {"supervisor": Need.SUPERVISION},
}

ADVISER: Final = "legal_adviser"

#: Maximum numbers in one file, so that a reply is bounded.
MOST_FILES, MOST_DATES, MOST_DOCUMENTS, MOST_STEPS = 100, 300, 200, 1_000

#: How many days ahead an item appears in the list of due items.
AHEAD: Final = timedelta(days=30)
#: How long a period that is over stays in that list after its last possible day. The calendar feed has the same limit.
SHOWN_AFTER: Final = timedelta(days=30)

OPENED, CLOSED = "opened", "closed"

#: A key date that no second person has checked.
UNCHECKED: Final = "date_unchecked"

#: The key date for accepting a settlement, and the warning before it.
SETTLEMENT, SETTLEMENT_OFFER = "settlement", "settlement_offer"

#: The task for a future hearing.
HEARING: Final = "hearing"

#: The answer of a key date that was replaced by another.
MOVED: Final = "moved"

#: The content of the matter is not protected by law.
UNPROTECTED: Final = "none"

#: Documents that authorities must give the person on request, with the corresponding right of the profile.
OWED: Final[Mapping[str, str]] = {"case_information": "case_information", "release_notice": "release_information"}

PENDING, ACCEPTED, ADVISED_AND_CLOSED, REJECTED = "pending", "accepted", "advised_and_closed", "rejected"


@dataclass(frozen=True)
class Due:
    """A task in a file: its day and its record."""

    item: str
    due_on: date | None
    record: UUID | None = None
    unclear: bool = False


@dataclass(frozen=True)
class Dated:
    """The part of a key date or a document that decides when it is due."""

    id: UUID
    due_on: date | None
    unclear: bool = False
    is_checked: bool = True
    is_settlement: bool = False


def check_lifting(*, is_lifted: bool, parties: Collection[UUID], by: UUID) -> None:
    """Raise `StepForbidden` for a lifted barrier, and for the person who set it or whom it excludes."""
    if is_lifted:
        raise StepForbidden("barrier_stands", "This barrier was lifted already. Read the barriers again.")
    if by in parties:
        message = "Neither the person who set a barrier nor the one it keeps apart can lift it. Ask another supervisor."
        raise StepForbidden("second_person", message)


def barrier_set(barrier: UUID, member: UUID, by: UUID) -> Announcement:
    """Return the event that a case is closed to a staff member, without the reason or the matter."""
    return Announcement("barrier.set", {"barrier": barrier, "member": member, "set_by": by})


def barrier_lifted(barrier: UUID, member: UUID) -> Announcement:
    """Return the event that a barrier was set by mistake."""
    return Announcement("barrier.lifted", {"barrier": barrier, "member": member})


def check_opening(before: str, decision: str, rejection: str | None) -> None:
    """Check the decision on a new matter. Raises `StepForbidden`, `FactRefused`."""
    if before != PENDING:
        raise StepForbidden(
            "opening_is_pending", "The opening of this matter was already decided. Record the next step of the matter."
        )
    if (decision == REJECTED) != (rejection is not None):
        raise FactRefused(
            "rejection",
            "rejection_has_a_reason",
            "A rejection needs a reason, and other decisions have none. Send the reason, or leave it out.",
        )


def check_open(closed_on: date | None) -> None:
    """Raise `StepForbidden` for a closed file."""
    if closed_on is not None:
        raise StepForbidden("file_is_open", "This matter file is closed. Record a stage of the work to reopen it.")


def check_counts(taken_back_at: datetime | None) -> None:
    """Raise `StepForbidden` for a withdrawn record."""
    if taken_back_at is not None:
        raise StepForbidden(
            "record_counts", "This record was withdrawn and no longer counts. If it is true after all, record it again."
        )


def check_answered(open_dates: int) -> None:
    """Raise `StepForbidden` for a file with unanswered key dates."""
    if open_dates:
        raise StepForbidden(
            "key_dates_are_answered",
            "A file can't be closed while a key date is open. Record the outcome of each: done, not pursued, not "
            "applicable or missed.",
        )


def check_hearings(ahead: int) -> None:
    """Raise `StepForbidden` for a file with hearings without an outcome."""
    if ahead:
        raise StepForbidden(
            "hearings_are_over",
            "A file can't be closed while a hearing is open. Record the outcome of each first: held, adjourned or "
            "cancelled.",
        )


def check_stage(stage: str | None, court_stage: str | None) -> None:
    """Check that exactly one stage is given, and that it does not close the file. Raises `FactRefused`."""
    if (stage is None) == (court_stage is None):
        raise FactRefused(
            "stage",
            "one_stage",
            "The request has a stage of the work and a stage of the proceedings. Send them in two requests.",
        )
    if stage == CLOSED:
        raise FactRefused(
            "stage",
            "closed_with_an_outcome",
            "The outcome is missing, and a file is closed with its outcome. Send the outcome.",
        )


def check_waiver(privilege: str, waived_on: date | None) -> None:
    """Raise `StepForbidden` if there is no privilege to waive, or it was already waived."""
    if privilege == UNPROTECTED or waived_on is not None:
        raise StepForbidden(
            "privilege_stands",
            "This record is not privileged, or its privilege was already waived. Read the file again.",
        )


def owed_by(kind: str, rights: Mapping[str, Right], asked_on: date) -> tuple[date | None, bool]:
    """Return the last day on which the authorities must answer a request, and whether that day is uncertain.

    The period is counted from the day of the request, which is safe: the law counts from its receipt. The day is None
    if the law states no length, or if the authorities do not owe this document.
    """
    right = rights.get(OWED.get(kind, ""))
    if right is None:
        return None, False
    length = right.answered_in
    return (None if length is None else asked_on + timedelta(days=length.amount)), True


def check_second(recorded_by: UUID, checked_by: UUID | None, by: UUID) -> None:
    """Check that a different person checks a key date, and only once. Raises `StepForbidden`."""
    if checked_by is not None:
        raise StepForbidden("key_date_is_unchecked", "This key date was already checked. Nothing needs to be done.")
    if recorded_by == by:
        raise StepForbidden(
            "second_person_checks",
            "You recorded this date, so another person must check it. Add a colleague to the matter, and ask them.",
        )


def check_unanswered(answer: str | None) -> None:
    """Raise `StepForbidden` for an answered key date."""
    if answer is not None:
        raise StepForbidden(
            "key_date_is_open", "This key date already has an outcome. Record a new key date if there is another."
        )


def check_room(rows: int, most: int) -> None:
    """Raise `StepForbidden` if the maximum number of records is reached."""
    if rows >= most:
        raise StepForbidden(
            "few_enough_records", "This matter has the maximum number of these records. Open another matter for more."
        )


def next_responsible(deputy: UUID | None, others: Sequence[UUID], gone: UUID) -> UUID | None:
    """Return the next responsible adviser after one leaves: the deputy, or the earliest member, or None."""
    if deputy is not None and deputy != gone:
        return deputy
    return next((member for member in others if member != gone), None)


def waiting_in(
    opening: str, deputy: UUID | None, review_on: date | None, dates: Iterable[Dated], documents: Iterable[Dated]
) -> Iterator[Due]:
    """Return all tasks in an open file, however far ahead. A task without a day is due now."""
    if opening == PENDING:
        yield Due("not_screened", None)
    if deputy is None:
        yield Due("no_deputy", None)
    if review_on is not None:
        yield Due("file_review", review_on)
    for key_date in dates:
        if not key_date.is_checked:
            yield Due(UNCHECKED, key_date.due_on, key_date.id, key_date.unclear)
        yield Due("key_date", key_date.due_on, key_date.id, key_date.unclear)
        if key_date.is_settlement:
            # Check before accepting: effects on benefits, other claims and tax, and any confidentiality clause.
            yield Due(SETTLEMENT_OFFER, key_date.due_on, key_date.id, key_date.unclear)
    for document in documents:
        yield Due("document", document.due_on, document.id, document.unclear)


def due_in(waiting: Iterable[Due], today: date) -> Iterator[Due]:
    """Return the tasks that are due within `AHEAD`. An unchecked date is due at once."""
    until = today + AHEAD
    return (item for item in waiting if item.item == UNCHECKED or item.due_on is None or item.due_on <= until)


def in_order(item: Due) -> tuple[date, str, str]:
    """Return the sort key of a due item: earliest day first, items without a day last."""
    return item.due_on or date.max, item.item, str(item.record or "")


# control: H-DEADLINE-13 past-limits-last
def is_limit_shown(period: Mapping[str, Any], today: date) -> bool:
    """Return whether a period is in the list of due items: if it is due within `AHEAD`, or has no day.

    A period that is over leaves the list when its last possible day is longer ago than `SHOWN_AFTER`. A period that is
    paused, that is perhaps not over, or whose law permits a late filing stays: many people come after the last day.
    """
    due_on: date | None = period["due_on"]
    days = [day for day in (due_on, period["other_due_on"]) if day is not None]
    is_over = period["group"] == OVER or period["state"] in (*PAST_STATES, REACHED)
    if is_over and not period["late_filing"] and days and max(days) < today - SHOWN_AFTER:
        return False
    return due_on is None or due_on <= today + AHEAD


# control: H-DEADLINE-13 past-limits-last
def limits_in_order(period: Mapping[str, Any]) -> tuple[bool, bool, date, str, str]:
    """Return the sort key of a due period: those without a day that are due now, then by day, then those without a day.

    Periods that are overdue or over come after all others.
    """
    due_on: date | None = period["due_on"]
    group: str = period["group"]
    is_now = group == DUE and due_on is None
    return group in (OVERDUE, OVER), not is_now, due_on or date.max, period["code"], str(period["clock"])


@dataclass(frozen=True)
class StatedFact:
    """A fact of the case that a record of a file states, from which periods can follow; `about`: what it answers."""

    id: UUID
    kind: str
    happened_on: date
    about: UUID | None = None
    codes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Waiting:
    """A task of a matter, by a day or now; `unclear`: the day is the earliest safe reading."""

    kind: str
    record: UUID
    due_on: date | None
    unclear: bool = False


def task_set(task: UUID, waiting: Waiting, members: Sequence[UUID]) -> Announcement:
    """Return the event that a task waits for these staff members, or that its day or members changed."""
    when = {"due_on": waiting.due_on, "unclear": waiting.unclear}
    return Announcement("matter_task.set", {"task": task, "kind": waiting.kind, **when, "members": list(members)})


def task_done(task: UUID, kind: str) -> Announcement:
    """Return the event that a task is done."""
    return Announcement("matter_task.done", {"task": task, "kind": kind})
