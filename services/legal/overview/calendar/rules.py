"""The entries of an adviser's calendar and their format (RFC 5545, 7986). Days only, nothing about a case. Pure.

A stranger who finds the file on a telephone learns only that its owner is busy on some days. It contains no name,
place, kind of matter, court or case. The ids reveal nothing either: each is random and used by one address only.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

from services.legal.cases.case.rules import Access
from shared.access.permissions import Need
from shared.casework.refusals import StepForbidden

#: Each adviser's own. The feed shows the matters that they work on.
ACCESS: Final[Access] = {
    "calendar.issue": {"legal_adviser": Need.ANY},
    "calendar.read": {"legal_adviser": Need.ANY},
    "calendar.revoke": {"legal_adviser": Need.ANY},
}
#: Maximum lifetime of an address, in days.
LONGEST_DAYS: Final = 90
#: Maximum number of valid addresses of an adviser, and of entries that an address shows.
MOST_FEEDS, MOST_ENTRIES = 5, 1_000
#: How long an entry stays after its day, and how long a cancellation is shown.
SHOWN_AFTER: Final = timedelta(days=30)
#: The text of every entry.
_SUMMARY, _BUSY = "Appointment", "Busy"


@dataclass(frozen=True)
class Appointment:
    """A future hearing (it takes time), an unanswered key date or a legal period. `is_tentative`: its day is unsure."""

    record: UUID
    case: UUID
    day: date
    takes_time: bool
    is_tentative: bool = False


@dataclass(frozen=True)
class Entry:
    """An appointment as an address publishes it."""

    uid: UUID
    appointment: Appointment
    sequence: int
    changed_at: datetime
    is_cancelled: bool = False


# control: H-DEADLINE-13 adviser-lists
def day_of(due_on: date | None, other_due_on: date | None, *, is_now: bool, today: date) -> date | None:
    """Return the day on which a listed period appears: the next of its days, or the last one if all have passed.

    A period without a day by law (`is_now`) appears today. Others without a day do not appear.
    """
    days = [day for day in (due_on, other_due_on) if day is not None]
    ahead = [day for day in days if day >= today]
    if ahead or days:
        return min(ahead, default=max(days))
    return today if is_now else None


def check_room(feeds: int) -> None:
    """Raise `StepForbidden` if an adviser already has the maximum number of valid addresses."""
    if feeds >= MOST_FEEDS:
        raise StepForbidden("few_enough_calendars", "You have five calendar addresses. Revoke one that you do not use.")


def entries_now(
    shown: Iterable[Entry], appointments: Iterable[Appointment], now: datetime, draw: Callable[[], UUID]
) -> list[Entry]:
    """Return the entries of an address. `shown` has the previous entries. `draw` returns a random id.

    A moved or cancelled entry keeps its id and gets a higher sequence, so that programs recognise it. Entries whose day
    or cancellation is longer ago than `SHOWN_AFTER` are left out.
    """
    since = (now - SHOWN_AFTER).date()
    ahead = {appointment.record: appointment for appointment in appointments if appointment.day >= since}
    entries = [_entry_now(entry, ahead.pop(entry.appointment.record, None), now) for entry in shown]
    entries += [Entry(draw(), appointment, 0, now) for appointment in ahead.values()]
    lasting = [
        entry
        for entry in entries
        if entry.appointment.day >= since and not (entry.is_cancelled and entry.changed_at < now - SHOWN_AFTER)
    ]
    return sorted(lasting, key=lambda entry: (entry.appointment.day, entry.uid))[:MOST_ENTRIES]


def _entry_now(entry: Entry, appointment: Appointment | None, now: datetime) -> Entry:
    if appointment is None:
        if entry.is_cancelled:
            return entry
        return replace(entry, sequence=entry.sequence + 1, changed_at=now, is_cancelled=True)
    if appointment == entry.appointment and not entry.is_cancelled:
        return entry
    return Entry(entry.uid, appointment, entry.sequence + 1, now)


def written(entries: Iterable[Entry], *, busy_only: bool) -> bytes:
    """Return a calendar as a file: each appointment takes a whole day (the local day of its court).

    With `busy_only`, only hearings are shown, as busy. All lines are too short to need folding.
    """
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Calendar//EN", "CALSCALE:GREGORIAN", "NAME:Calendar")
    shown = [entry for entry in entries if entry.appointment.takes_time or not busy_only]
    lines = [*head, "REFRESH-INTERVAL;VALUE=DURATION:PT4H"]
    for entry in shown:
        lines += _lines(entry, _BUSY if busy_only else _SUMMARY)
    return "".join(f"{line}\r\n" for line in (*lines, "END:VCALENDAR")).encode()


def _lines(entry: Entry, summary: str) -> Iterator[str]:
    day, changed = entry.appointment.day, f"{entry.changed_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield "BEGIN:VEVENT"
    yield f"UID:{entry.uid}"
    yield f"DTSTAMP:{changed}"
    yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}"
    yield f"SEQUENCE:{entry.sequence}"
    yield f"STATUS:{_status(entry)}"
    yield f"TRANSP:{'OPAQUE' if entry.appointment.takes_time else 'TRANSPARENT'}"
    yield "CLASS:CONFIDENTIAL"
    yield f"SUMMARY:{summary}"
    yield "END:VEVENT"


def _status(entry: Entry) -> str:
    if entry.is_cancelled:
        return "CANCELLED"
    return "TENTATIVE" if entry.appointment.is_tentative else "CONFIRMED"
