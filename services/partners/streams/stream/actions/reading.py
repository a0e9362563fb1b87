"""Read an agency's copies of events, each reduced to the current decision of the gate."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Final
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from services.partners.agencies.agency.actions.locking import own_agency
from services.partners.agencies.key.models import KeyRecord
from services.partners.streams.ground import actions as grounds
from services.partners.streams.ground import rules as gate
from services.partners.streams.ground.rules import Decision, Person, Side
from services.partners.streams.pseudonym import actions as pseudonyms
from services.partners.streams.pseudonym.rules import Pseudonyms
from services.partners.streams.stream import rules
from services.partners.streams.stream.actions import proving
from services.partners.streams.stream.actions.deciding import decide
from services.partners.streams.stream.actions.recording import keep_decisions, record_delivered
from services.partners.streams.stream.actions.waiting import take_out
from services.partners.streams.stream.models import (
    NAMED,
    GateDecision,
    Position,
    Stream,
    StreamEpoch,
    ToldEvent,
)
from services.partners.streams.stream.rules import Happened, Place
from services.partners.streams.stream.schemas import ShownDecision
from services.partners.streams.subscription import actions as subscriptions
from services.partners.streams.subscription.rules import FULL, Asked
from shared.access import agencies, exclusions
from shared.access.permissions import NotFound
from shared.access.tokens import Principal
from shared.access.views import Shown, shown
from shared.deadlines import time_source
from shared.events.audience import Reach
from shared.events.envelope import CONTENT_TYPE, type_of
from shared.events.outside import OutsideType, outside_type
from shared.exchange import feed
from shared.exchange.eventlog import Epoch
from shared.exchange.follower import has_caught_up, is_an_ending_late
from shared.http import Reply

#: The channel of agencies that fetch their events (code list `delivery_channel`).
FEED: Final = "feed"
#: The most copies in one response.
LARGEST_PAGE: Final = 200


@dataclass(frozen=True)
class Item:
    """An agency's copy of an event, at its position.

    `id` is the agency's pseudonym for the event. `is_empty`: a placeholder for an event that the agency may not receive
    any longer, or not now. `waits`: the event will follow at a later position, under its own id. `event` is the event's
    id here, which never leaves; None for a placeholder.
    """

    sequence: int
    id: UUID
    type: str
    document: bytes
    is_empty: bool
    waits: bool = False
    event: UUID | None = None


@dataclass(frozen=True)
class Page:
    """The copies after a position, the last position to read now, and the stream's epochs, oldest first.

    `is_cut`: the page ends before an event that waits for the proof of its source.
    """

    items: list[Item]
    head: int
    epochs: list[Epoch]
    is_cut: bool = False


class NothingAgreedOn(Exception):
    """No agreement with the agency is in force, so it receives nothing."""

    status = 403
    title = "No agreement"

    def __init__(self) -> None:
        """Build the message."""
        super().__init__(
            "This agency has no valid data-sharing agreement today, so it receives nothing. Ask the operator of "
            "this installation. Your positions are kept: continue from your last one."
        )


class NotHeardYet(Exception):
    """This process has not yet read the events recorded while it was down, which may include a withdrawal."""

    status = 503
    retryable = True
    title = "Not yet"

    def __init__(self) -> None:
        """Build the message."""
        super().__init__(
            "This installation has just started, and first checks for withdrawals. Try again in a moment. Your "
            "positions are kept."
        )


class EndingsLate(Exception):
    """An ending may be waiting to be applied for too long: until it is applied, agencies receive nothing."""

    status = 503
    retryable = True
    title = "Not yet"
    headers: Mapping[str, str] = {"Retry-After": "5"}

    def __init__(self) -> None:
        """Build the message."""
        super().__init__(
            "A withdrawal could not be applied in time, so agencies receive nothing at the moment. Try again "
            "later. Your positions are kept."
        )


class NotProvenYet(Exception):
    """What was applied about the subject of an event has not been compared with its source's feed yet."""

    status = 503
    retryable = True
    title = "Not yet"
    headers: Mapping[str, str] = {"Retry-After": "1"}

    def __init__(self) -> None:
        """Build the message."""
        super().__init__("This installation is checking the newest events of this person. Try again in a moment.")


class PositionAhead(Exception):
    """A reader's position is beyond the end of the stream: the installation was restored from a backup."""

    status = 409
    title = "Position ahead"
    rule = "is_in_stream"

    def __init__(self, page: Page) -> None:
        """Build the message; the headers have the same epochs as a page of the feed."""
        super().__init__(
            "Your position is beyond the end of the stream, so this installation was probably restored. Go back "
            "to `head`, or to the position of the first epoch in the header Casepath-Epochs that you do not have, "
            "whichever is smaller. Discard later events, and continue from there."
        )
        headers = feed.headers(page.head, page.epochs)
        self.headers = {name: headers[name] for name in ("Casepath-Head", "Casepath-Epochs")}
        self.members = {
            "head": page.head,
            "epochs": [{"epoch": str(life.epoch), "after": life.after} for life in page.epochs],
        }


#: The errors for an agency that receives nothing at the moment. Its stream may still grow.
SILENT: Final = (NothingAgreedOn, NotHeardYet, EndingsLate)


def head(session: Session, agency: UUID) -> int:
    """Return the last position of an agency's stream, or 0 for an empty one."""
    return session.scalar(select(Stream.head).where(Stream.agency == agency)) or 0


def position_before(session: Session, agency: UUID, since: datetime) -> int:
    """Return the position before the first event of an hour or later; the last position if there is none.

    Only the hour of `since` is used: otherwise an agency could find out the exact instant of an event.
    """
    # control: H-AGENCY-5 hours-only
    hour = since.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    later = select(Position.sequence).where(Position.agency == agency, Position.told_at >= hour)
    first = session.scalar(later.order_by(Position.sequence).limit(1))
    return head(session, agency) if first is None else first - 1


def check_position(session: Session, agency: UUID, after: int, page: Page) -> None:
    """Refuse a position that the stream has not reached. Raises `PositionAhead`."""
    # control: H-AGENCY-31 position-ahead
    if not page.items and after > page.head and after > head(session, agency):
        raise PositionAhead(page)


def marks(session: Session, wanted: Collection[UUID]) -> dict[UUID, str]:
    """Return a mark for each agency. It changes with the stream and the agency's state, and if a key is revoked."""
    revoked = select(func.count()).where(KeyRecord.agency == agencies.agencies.c.id, KeyRecord.revoked_at.is_not(None))
    query = select(agencies.agencies.c.id, agencies.agencies.c.state, Stream.head, revoked.scalar_subquery())
    query = query.outerjoin(Stream, Stream.agency == agencies.agencies.c.id)
    rows = session.execute(query.where(agencies.agencies.c.id.in_(wanted)))
    # The mark also changes once an event that waits for the proof of its source can be read.
    waiting = proving.first_waiting(session, wanted)
    return {agency: f"{waiting.get(agency, '')} {head or 0} {state} {keys}" for agency, state, head, keys in rows}


def read(session: Session, agency: UUID, *, after: int, limit: int) -> Page:
    """Return an agency's copies after a position. The gate decides on each one now.

    The page ends before an event that waits for the proof of its source, and its head is the last position before that.
    Holds a shared lock on the stream until the transaction ends. The caller sends the copies afterwards.

    Raises `NothingAgreedOn`, `NotHeardYet`, `EndingsLate`.
    """
    positions = select(Position).where(Position.agency == agency, Position.sequence > after)
    return _page(session, agency, positions.order_by(Position.sequence).limit(limit))


def read_event(session: Session, event: UUID, *, by: Principal) -> Reply:
    """Return one event in full, with the data that a thin event omits, by the agency's own id for it.

    The id is the agency's pseudonym. The gate decides on the event now. Raises `NotFound`, also for an event that
    waits, and `NothingAgreedOn`, `NotHeardYet`, `EndingsLate`, `NotProvenYet`.
    """
    agency = own_agency(by)
    for names in pseudonyms.every(session, agency):
        query = select(Position).where(Position.agency == agency, Position.event == names.real(event))
        page = _page(session, agency, query, form=FULL)
        if page.is_cut:
            raise NotProvenYet
        if page.items:
            if page.items[0].waits:
                break
            record_delivered(session, agency, FEED, [page.items[0].event])
            return Reply(text=page.items[0].document, about=agency, headers={"Content-Type": CONTENT_TYPE})
    raise NotFound


def read_decisions(
    session: Session, agency: UUID, case: str | None, after: UUID | None, limit: int, *, by: Principal
) -> Shown:
    """List the gate's decisions on an agency's events: by case, event type and reason, with counts.

    They are of at most `limit` cases, by case id, starting after the case `after`. Cases of persons who excluded the
    reader are left out.
    """
    wanted = [GateDecision.agency == agency, ~exclusions.excludes(GateDecision.case_id, UUID(by.subject))]
    if case:
        wanted.append(GateDecision.case_id == UUID(case))
    if after is not None:
        wanted.append(GateDecision.case_id > after)
    cases = select(GateDecision.case_id).where(*wanted).distinct().order_by(GateDecision.case_id).limit(limit)
    rows = select(GateDecision).where(GateDecision.agency == agency, GateDecision.case_id.in_(cases))
    decided = [
        shown(row, ShownDecision, case=row.case_id, told=row.is_told)
        for row in session.scalars(rows.order_by(GateDecision.case_id, GateDecision.type, GateDecision.because))
    ]
    is_full = len({row["case"] for row in decided}) >= limit
    return {"decisions": decided, "next": str(decided[-1]["case"]) if is_full else None}


def _page(session: Session, agency: UUID, positions: Select[Position], *, form: str | None = None) -> Page:
    if not has_caught_up(session):
        raise NotHeardYet
    # control: H-AGENCY-2 doors-close
    if is_an_ending_late(session):
        raise EndingsLate
    grounds.hold_shared(session, agency)
    now, asked = time_source.now(session), subscriptions.find(session, agency)
    if asked is None:
        last = head(session, agency)
        return Page([], last, _lives(session, agency))
    side = grounds.sides(session, {agency: (asked.purposes, asked.data_categories)})[agency]
    if not gate.takes_part(side, grounds.day_of(now, None)):
        raise NothingAgreedOn
    rows = session.scalars(positions).all()
    # Read the head after the positions, and the epochs last: the stream or a new epoch may begin meanwhile.
    last = head(session, agency)
    lives = _lives(session, agency)
    happened = {event.id: event for event in session.scalars(_events(rows))}
    # Before and after the grounds: a forged one can be found, and removed by a rebuild, while they are read.
    waiting = proving.unproven_now(session)
    people = grounds.people(session, {event.case_id for event in happened.values()}, agency, now)
    readable = proving.proven(rows, happened, (waiting, proving.unproven_now(session)))
    if len(readable) < len(rows):
        last = rows[len(readable)].sequence - 1
    names = pseudonyms.of_agency(session, agency, now)
    reader = _Reader(session, asked, side, people, names, lives, form or asked.form, now)
    items = [reader.item(row, happened.get(row.event)) for row in readable]
    own_lives = [Epoch(names.of(life.epoch), life.after) for life in lives]
    return Page(items, last, own_lives, is_cut=len(readable) < len(rows))


def _events(rows: Sequence[Position]) -> Select[ToldEvent]:
    return select(ToldEvent).where(ToldEvent.id.in_([row.event for row in rows]))


def _lives(session: Session, agency: UUID) -> list[Epoch]:
    query = select(StreamEpoch.epoch, StreamEpoch.after).where(StreamEpoch.agency == agency)
    rows = session.execute(query.order_by(StreamEpoch.began_at, StreamEpoch.after))
    return [Epoch(row.epoch, row.after) for row in rows]


@dataclass(frozen=True)
class _Reader:
    """Decides on the copies of one agency, and writes them."""

    session: Session
    asked: Asked
    side: Side
    people: Mapping[UUID, Person]
    names: Pseudonyms
    lives: list[Epoch]
    form: str
    now: datetime

    def item(self, position: Position, event: ToldEvent | None) -> Item:
        """Return the copy at a position, or a placeholder if the event was deleted or the agency may not receive it."""
        place = Place(position.agency, position.sequence, self._epoch(position.sequence), position.told_at)
        event_type = None if event is None else outside_type(event.source, event.name, event.version)
        decision = None if event is None or event_type is None else self._decision(position, event, event_type)
        if event is None or event_type is None or decision is None:
            return self._emptied(place, position.event)
        if decision.because == gate.FROZEN:
            return self._emptied(place, take_out(self.session, position, event), waits=True)
        if not decision.is_told:
            return self._emptied(place, position.event)
        version, data = self._in_version(event_type, event_type.cut(event.data, decision.data_categories))
        happened = Happened(event.id, event.case_id, event.correlation, event.cause, version, data)
        subject = event.case_id if event.classification == NAMED else None
        document = rules.written(event_type, happened, place, self.names, form=self.form, subject=subject)
        written_type = type_of(event.source, event.name, version)
        name = self.names.of(position.event)
        return Item(position.sequence, name, written_type, document, is_empty=False, event=position.event)

    def _emptied(self, place: Place, event: UUID, *, waits: bool = False) -> Item:
        document = rules.emptied(event, place, self.names)
        return Item(place.sequence, self.names.of(event), rules.EMPTIED_TYPE, document, is_empty=True, waits=waits)

    def _in_version(self, event_type: OutsideType, data: Mapping[str, object]) -> tuple[int, Mapping[str, object]]:
        """Return the version that the agency reads, and its data; the newest if that version cannot express them."""
        pinned = self.asked.pinned.get(f"{event_type.service}.{event_type.name}", event_type.version)
        older = event_type.in_version(pinned, data, _authorities())
        return (event_type.version, data) if older is None else (pinned, older)

    def _decision(self, position: Position, event: ToldEvent, event_type: OutsideType) -> Decision:
        party = None
        if event_type.audience.reach is Reach.PARTY:
            party = grounds.party_of(self.session, event_type.audience, event.data)
        person = self.people.get(event.case_id) if event.is_about_somebody else None
        decision = decide(event_type, event.data, self.side, person, party, self.now, position.told_on)
        if not decision.is_told:
            key = f"{event.source}.{event.name}"
            keep_decisions(self.session, event.case_id, key, {self.side.agency: decision}, self.now)
        return decision

    def _epoch(self, sequence: int) -> UUID:
        return next(life.epoch for life in reversed(self.lives) if life.after < sequence)


@cache
def _authorities() -> Mapping[str, str]:
    """Return the codes of the legal authorities by agency id, for event versions that name authorities by code."""
    return {str(agency): str(entry.authority) for agency, entry in agencies.authorities().items()}
