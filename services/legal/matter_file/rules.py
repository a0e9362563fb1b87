"""Who works on a matter's file, what may be done to it, and what of it waits for somebody. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from services.legal.case.rules import WORKERS, Access
from shared.access.permissions import Need
from shared.casework.refusals import FactRefused, StepForbidden
from shared.events.envelope import Announcement
from shared.reference import Right

#: Beside the role and the case, each asks for a part in the file itself: who has none is told that there is no file.
ACCESS: Final[Access] = {
    "matter_file.open": WORKERS,
    "matter_file.read": WORKERS,
    "matter_file.change": WORKERS,
    "matter_file.keep_apart": WORKERS,
    # In whose cases they are asked about is decided case by case.
    "matter_file.due": {"legal_adviser": Need.ANY},
    # Hands on what nobody is left for, without being told what that is.
    "matter_file.hand_over": {"supervisor": Need.SUPERVISION},
    # A second person: `check_lifting` makes sure that they are another.
    "barrier.read": {"supervisor": Need.SUPERVISION},
    "barrier.lift": {"supervisor": Need.SUPERVISION},
}
ADVISER: Final = "legal_adviser"
#: Most of each that one file has: what one reply shows has an end.
MOST_FILES, MOST_DATES, MOST_DOCUMENTS, MOST_STEPS = 100, 300, 200, 1_000
#: So many days ahead something stands on the list of what is due.
AHEAD: Final = timedelta(days=30)
OPENED, CLOSED = "opened", "closed"
#: A key date that no second person has looked at.
UNCHECKED: Final = "date_unchecked"
#: A key date by which a settlement is accepted or not, and the warning that goes before.
SETTLEMENT, SETTLEMENT_OFFER = "settlement", "settlement_offer"
#: The task of a hearing that is ahead.
HEARING: Final = "hearing"
#: What a key date came to that another took the place of.
MOVED: Final = "moved"
#: Of what is written in a matter, that the law does not protect it.
UNPROTECTED: Final = "none"
#: What the authorities owe the person on request, by the kind of the document: the right of the profile that says so.
OWED: Final[Mapping[str, str]] = {"case_information": "case_information", "release_notice": "release_information"}
PENDING, ACCEPTED, ADVISED_AND_CLOSED, REJECTED = "pending", "accepted", "advised_and_closed", "rejected"


@dataclass(frozen=True)
class Due:
    """What waits in a file for its team: the day by which, and which record of it."""

    item: str
    due_on: date | None
    record: UUID | None = None
    unclear: bool = False


@dataclass(frozen=True)
class Dated:
    """A key date or a document, as far as it decides what is due."""

    id: UUID
    due_on: date | None
    unclear: bool = False
    is_checked: bool = True
    is_settlement: bool = False


def check_lifting(*, is_lifted: bool, parties: Collection[UUID], by: UUID) -> None:
    """Raise `StepForbidden` for a barrier that was lifted, and for who set it or is kept apart by it."""
    if is_lifted:
        raise StepForbidden("barrier_stands", "This barrier was lifted already. Read the barriers again.")
    if by in parties:
        message = "Neither the person who set a barrier nor the one it keeps apart can lift it. Ask another supervisor."
        raise StepForbidden("second_person", message)


def barrier_set(barrier: UUID, member: UUID, by: UUID) -> Announcement:
    """Announce that a case is closed to a member of staff: not why, and not in which matter."""
    return Announcement("barrier.set", {"barrier": barrier, "member": member, "set_by": by})


def barrier_lifted(barrier: UUID, member: UUID) -> Announcement:
    """Announce that a barrier was set by mistake."""
    return Announcement("barrier.lifted", {"barrier": barrier, "member": member})


def check_opening(before: str, decision: str, rejection: str | None) -> None:
    """Check what was decided of a new matter. Raises `StepForbidden`, `FactRefused`."""
    if before != PENDING:
        raise StepForbidden("opening_is_pending", "This was decided already. Record how the matter goes on instead.")
    if (decision == REJECTED) != (rejection is not None):
        raise FactRefused("rejection", "rejection_has_a_reason", "Name the reason of a rejection, and of nothing else.")


def check_open(closed_on: date | None) -> None:
    """Raise `StepForbidden` for a file that is closed."""
    if closed_on is not None:
        raise StepForbidden("file_is_open", "This file is closed. Record a stage of the work to open it again.")


def check_counts(taken_back_at: datetime | None) -> None:
    """Raise `StepForbidden` for a record that was taken back, as recorded wrongly."""
    if taken_back_at is not None:
        raise StepForbidden(
            "record_counts", "This record was taken back, and counts no more. Record it anew if it is true after all."
        )


def check_answered(open_dates: int) -> None:
    """Raise `StepForbidden` for a file with key dates that nobody has answered."""
    if open_dates:
        raise StepForbidden(
            "key_dates_are_answered",
            "Answer each key date first: it was done, is not pursued, does not apply, or was missed.",
        )


def check_hearings(ahead: int) -> None:
    """Raise `StepForbidden` for a file with hearings of which nobody has said what became."""
    if ahead:
        raise StepForbidden(
            "hearings_are_over", "Say of each hearing first what became of it: it was held, adjourned, or fell through."
        )


def check_stage(stage: str | None, court_stage: str | None) -> None:
    """Check that one stage is stated, and none by which a file is closed. Raises `FactRefused`."""
    if (stage is None) == (court_stage is None):
        raise FactRefused(
            "stage", "one_stage", "Record the stage of the work or that of the proceedings, each by itself."
        )
    if stage == CLOSED:
        raise FactRefused("stage", "closed_with_an_outcome", "A file is closed with its outcome.")


def check_waiver(privilege: str, waived_on: date | None) -> None:
    """Raise `StepForbidden` where there is nothing that the person could waive, or they did."""
    if privilege == UNPROTECTED or waived_on is not None:
        raise StepForbidden("privilege_stands", "There is no privilege to waive here, or it was waived. Read the file.")


def owed_by(kind: str, rights: Mapping[str, Right], asked_on: date) -> tuple[date | None, bool]:
    """Return by which day the authorities owe what was asked of them on a day, and whether that is unclear.

    Counted from the request, which is safe: the law counts from when it is known there. None where the law names no
    length, or the document is none that they owe.
    """
    right = rights.get(OWED.get(kind, ""))
    if right is None:
        return None, False
    length = right.answered_in
    return (None if length is None else asked_on + timedelta(days=length.amount)), True


def check_second(recorded_by: UUID, checked_by: UUID | None, by: UUID) -> None:
    """Check that another looks at a key date than recorded it, once. Raises `StepForbidden`."""
    if checked_by is not None:
        raise StepForbidden("key_date_is_unchecked", "Somebody checked this date already.")
    if recorded_by == by:
        raise StepForbidden(
            "second_person_checks", "Another than you must check this date. Add somebody to the matter, and ask them."
        )


def check_unanswered(answer: str | None) -> None:
    """Raise `StepForbidden` for a key date that was answered."""
    if answer is not None:
        raise StepForbidden("key_date_is_open", "This date was answered. Record a new one if there is another.")


def check_room(rows: int, most: int) -> None:
    """Raise `StepForbidden` where there are as many as can be shown."""
    if rows >= most:
        raise StepForbidden("few_enough_records", "There are too many of these to add one. Open another matter for it.")


def next_responsible(deputy: UUID | None, others: Sequence[UUID], gone: UUID) -> UUID | None:
    """Return who answers for a matter after somebody is gone: the deputy, else whoever joined first; None if nobody."""
    if deputy is not None and deputy != gone:
        return deputy
    return next((member for member in others if member != gone), None)


def waiting_in(
    opening: str, deputy: UUID | None, review_on: date | None, dates: Collection[Dated], documents: Collection[Dated]
) -> Iterator[Due]:
    """Return all that waits in an open file, however far ahead; what has no day waits now."""
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
            # Before it is accepted: what it does to benefits, to other claims, to tax, and who may speak of it.
            yield Due(SETTLEMENT_OFFER, key_date.due_on, key_date.id, key_date.unclear)
    for document in documents:
        yield Due("document", document.due_on, document.id, document.unclear)


def due_in(waiting: Iterable[Due], today: date) -> Iterator[Due]:
    """Return of what waits what is due until `AHEAD`; a date that nobody has checked is due at once."""
    until = today + AHEAD
    return (item for item in waiting if item.item == UNCHECKED or item.due_on is None or item.due_on <= until)


def in_order(item: Due) -> tuple[date, str, str]:
    """Return the place of what is due: the first day first, and what has none last."""
    return item.due_on or date.max, item.item, str(item.record or "")
