"""Manage calendar addresses, stored as a hash of their secret. Entries are computed at each request."""

import secrets
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.legal.court.hearing import rules as hearing
from services.legal.court.hearing.models import Hearing
from services.legal.matters.matter_file.actions.limits import own_limits
from services.legal.matters.matter_file.actions.reading import own_open_files
from services.legal.matters.matter_file.models import KeyDate
from services.legal.matters.matter_file.rules import ADVISER
from services.legal.overview.calendar import rules
from services.legal.overview.calendar.models import CalendarEntry, CalendarFeed
from services.legal.overview.calendar.rules import Appointment, Entry
from services.legal.overview.calendar.schemas import IssueCalendar
from shared.access import revocations
from shared.access.permissions import NotFound, existing
from shared.access.tokens import STAFF, Principal, TokenRefused
from shared.casework.dates import today
from shared.events.envelope import new_id
from shared.reference import grouping

#: 256 random bits cannot be guessed, so a fast hash without salt is enough.
_SECRET_BYTES: Final = 32


def issue(session: Session, command: IssueCalendar, *, by: Principal) -> tuple[CalendarFeed, str]:
    """Create an address; return it with its secret, which is not stored. Raises `StepForbidden`."""
    now, member = datetime.now(UTC), UUID(by.subject)
    counting = [feed for feed in feeds_of(session, by=by) if feed.revoked_at is None and feed.until > now]
    rules.check_room(len(counting))
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    until = now + timedelta(days=command.days)
    stated = {"digest": _digest(secret), "busy_only": command.busy_only, "made_at": now, "until": until}
    feed = CalendarFeed(id=new_id(), member=member, **stated)
    session.add(feed)
    return feed, secret


def feeds_of(session: Session, *, by: Principal) -> Sequence[CalendarFeed]:
    """Return the caller's addresses, oldest first."""
    of_member = select(CalendarFeed).where(CalendarFeed.member == UUID(by.subject))
    return session.scalars(of_member.order_by(CalendarFeed.id)).all()


def revoke(session: Session, feed: UUID, *, by: Principal) -> None:
    """Revoke an address immediately; programs that read it receive 404.

    Its entries are deleted. A repeat has no effect. Raises `NotFound` for another person's address.
    """
    asked = select(CalendarFeed).where(CalendarFeed.id == feed, CalendarFeed.member == UUID(by.subject))
    row = existing(session.scalars(asked).one_or_none())
    row.revoked_at = row.revoked_at or datetime.now(UTC)
    session.execute(delete(CalendarEntry).where(CalendarEntry.feed == feed))


def calendar(session: Session, secret: str) -> bytes:
    """Return the calendar of a secret, in real time.

    Raises `NotFound` if the secret is unknown, expired or revoked, or its owner has lost access, without a difference.
    """
    now = datetime.now(UTC)
    # Locked, so that two concurrent readers do not increase a sequence twice.
    asked = select(CalendarFeed).where(CalendarFeed.digest == _digest(secret)).with_for_update()
    feed = session.scalars(asked).one_or_none()
    if feed is None or feed.revoked_at is not None or feed.until <= now:
        raise NotFound
    # A revocation of a staff member's tokens (a lost telephone) also revokes their earlier addresses.
    owner = Principal(str(feed.member), frozenset((ADVISER,)), STAFF, issued_at=int(feed.made_at.timestamp()))
    try:
        revocations.check(session, owner)
    except TokenRefused:
        raise NotFound from None
    stored = {row.uid: row for row in session.scalars(select(CalendarEntry).where(CalendarEntry.feed == feed.id))}
    entries = rules.entries_now(map(_entry, stored.values()), _appointments(session, owner, now), now, uuid4)
    for entry in entries:
        _store(session, feed, stored.pop(entry.uid, None), entry)
    for gone in stored.values():
        session.delete(gone)
    return rules.written(entries, busy_only=feed.busy_only)


def _appointments(session: Session, owner: Principal, now: datetime) -> Iterator[Appointment]:
    files = [row.id for row in own_open_files(session, owner)]
    ahead = (Hearing.state == hearing.SET, Hearing.taken_back_at.is_(None))
    for row in session.scalars(select(Hearing).where(Hearing.file.in_(files), *ahead)):
        yield Appointment(row.id, row.case_id, row.held_on, takes_time=True)
    for key_date in session.scalars(select(KeyDate).where(KeyDate.file.in_(files), KeyDate.answer.is_(None))):
        day, is_tentative = key_date.due_on, key_date.unclear
        yield Appointment(key_date.id, key_date.case_id, day, takes_time=False, is_tentative=is_tentative)
    yield from _limits(session, owner, now)


def _limits(session: Session, owner: Principal, now: datetime) -> Iterator[Appointment]:
    for row in own_limits(session, owner, now):
        is_now = grouping.is_due_now(row["state"], row["doubts"])
        shown_on, other = today(now, row["jurisdiction"]), row["other_due_on"]
        day = rules.day_of(row["due_on"], other, is_now=is_now, today=shown_on)
        if day is not None:
            is_tentative = bool(row["doubts"]) or row["certainty"] == grouping.UNCLEAR
            yield Appointment(row["id"], row["subject"], day, takes_time=False, is_tentative=is_tentative)


def _entry(row: CalendarEntry) -> Entry:
    shown = Appointment(row.record, row.case_id, row.day, row.takes_time, row.is_tentative)
    return Entry(row.uid, shown, row.sequence, row.changed_at, row.is_cancelled)


def _store(session: Session, feed: CalendarFeed, row: CalendarEntry | None, entry: Entry) -> None:
    appointment = entry.appointment
    if row is None:
        of = {"feed": feed.id, "record": appointment.record, "case_id": appointment.case}
        row = CalendarEntry(uid=entry.uid, **of)
        session.add(row)
    row.day, row.takes_time, row.is_tentative = appointment.day, appointment.takes_time, appointment.is_tentative
    row.sequence, row.changed_at, row.is_cancelled = entry.sequence, entry.changed_at, entry.is_cancelled


def _digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
