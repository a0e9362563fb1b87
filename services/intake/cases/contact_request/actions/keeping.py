"""The timers of a request's states, and the rings while requests wait."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from services.intake.cases.contact_request import rules
from services.intake.cases.contact_request.models import ContactRequest
from shared.deadlines import timers
from shared.deadlines.timers import Timer
from shared.events.envelope import new_id
from shared.exchange import eventlog
from shared.privacy import erasure
from shared.store.measuring import Measure, age_of
from shared.telemetry import metrics

#: The timer of a request's state belongs to the request, and the timer of rings to the agency.
STATE_TIMER: Final = "contact_request_state"
RING_TIMER: Final = "contact_request_ring"
_WAITING: Final = ContactRequest.state == rules.RECEIVED


def move(session: Session, row: ContactRequest, state: str, now: datetime) -> None:
    """Set the state of a request, and the instant at which it ends."""
    row.state, row.version = state, row.version + 1
    timers.reschedule(session, row.id, STATE_TIMER, rules.until(state, now))


def waiting_at(agency: UUID) -> Select[int]:
    """Return a query that counts the requests of an agency that wait to be taken."""
    return select(func.count()).select_from(ContactRequest).where(_WAITING, ContactRequest.agency == agency)


# control: H-PUBLIC-6 request-rings
def ring(session: Session, agency: UUID, since: datetime, now: datetime) -> None:
    """Ring an agency, and repeat it until no request waits. `since`: when the oldest request began to wait."""
    for told in rules.rung(since, now):
        eventlog.record(session, agency, [rules.ring_due(new_id(), told)])
    timers.reschedule(session, agency, RING_TIMER, now + rules.RINGS_EVERY)


def _ring_again(session: Session, timer: Timer, now: datetime) -> None:
    oldest = select(func.min(ContactRequest.waiting_since)).where(_WAITING, ContactRequest.agency == timer.owner)
    since = session.scalars(oldest).one()
    if since is not None:
        ring(session, timer.owner, since, now)


# control: H-PUBLIC-6 forgotten-request-returns
def release(session: Session, row: ContactRequest, now: datetime) -> None:
    """Put an unfinished request back on the list, and ring."""
    row.taken_by = row.taken_at = row.outcome = None
    row.waiting_since = now
    move(session, row, rules.RECEIVED, now)
    ring(session, row.agency, now, now)


# control: H-PUBLIC-1 erased-on-withdrawal
def erase(session: Session, row: ContactRequest, *, keeps_place: bool, now: datetime) -> None:
    """Erase a request: its row, and after the commit its key, so that no backup can be decrypted.

    `keeps_place`: an empty row stays for a week, so that the member of staff who took the request learns of the
    withdrawal.
    """
    request = row.id

    def rows(session: Session, _subject: UUID) -> None:
        if not keeps_place:
            session.delete(row)
            return
        row.fingerprint = row.jurisdiction = row.language = row.way = row.request = row.changed_at = None
        row.outcome = None

    erasure.begin(session, request, None, rows)
    session.flush()
    timers.cancel(session, request)
    if keeps_place:
        move(session, row, rules.WITHDRAWN, now)


def _state_is_over(session: Session, timer: Timer, now: datetime) -> None:
    row = session.get(ContactRequest, timer.owner, with_for_update=True)
    if row is None:
        return
    if row.state in rules.HELD:
        release(session, row, now)
    elif row.state == rules.WITHDRAWN:
        session.delete(row)  # its key was destroyed when it was withdrawn
    else:
        erase(session, row, keeps_place=False, now=now)


ON_TIMER: Final[timers.Handlers] = {STATE_TIMER: _state_is_over, RING_TIMER: _ring_again}
# control: H-PUBLIC-6 unclaimed-request-alarms
MEASURES: Final = (
    Measure(metrics.contact_requests_waiting, select(func.count()).select_from(ContactRequest).where(_WAITING)),
    Measure(metrics.contact_request_age, select(age_of(func.min(ContactRequest.waiting_since))).where(_WAITING)),
)
