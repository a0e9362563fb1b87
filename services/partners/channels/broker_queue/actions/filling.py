"""One agency's turn: delete what must go from its queue, then publish the next events of its stream.

No transaction is open during a call to the broker, so that an ending never waits for it. Before each event the lane
checks whether anything has ended for the agency since it decided what to send. Events that reached the queue by then
are deleted with the queue, before anything else is published to the agency.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from services.partners.agencies.agency.actions import generations
from services.partners.channels.broker_queue import rules
from services.partners.channels.broker_queue.actions.messages import message_of
from services.partners.channels.broker_queue.actions.opening import counting_agencies, serves
from services.partners.channels.broker_queue.models import BrokerQueue
from services.partners.streams.ground import actions as grounds
from services.partners.streams.stream.actions.recording import record_delivered
from shared.deadlines.time_source import TIME_SOURCE
from shared.exchange.broker import AGENCY_QUEUE_LENGTH, AgencyMessage, Depth
from shared.store.database import Database, NamedRow
from shared.telemetry import crash

#: Of the code list `delivery_channel`.
CHANNEL: Final = "queue"
#: The number of events of one agency in a turn, so that the other agencies get their turns.
BATCH: Final = 200

_IS_OF_USE: Final = "is_open or is_declared or cardinality(discarded) > 0"
#: The queues that are open, or that may still exist at the broker.
OF_USE: Final = f"select from broker_queues where {_IS_OF_USE}"
#: The agencies with a queue that must be deleted now.
TO_BE_EMPTIED: Final = """
    select agency from broker_queues as queue left join stream_endings as ending using (agency)
    where cardinality(queue.discarded) > 0 or (queue.is_declared and coalesce(ending.count, 0) <> queue.endings)
"""


class Item(Protocol):
    """An event of an agency's stream, identical on every channel."""

    @property
    def sequence(self) -> int:
        """The position in the stream."""

    @property
    def event(self) -> UUID | None:
        """The event's id here, which never leaves; None for a placeholder."""

    @property
    def document(self) -> bytes:
        """The CloudEvent, as JSON."""


class Page(Protocol):
    """Events in order, and the stream's head when they were read."""

    @property
    def items(self) -> Sequence[Item]:
        """The events."""

    @property
    def head(self) -> int:
        """The last sequence of the stream."""


#: Reads up to a number of events of an agency's stream after a sequence, each filtered by the current grounds.
Read: TypeAlias = Callable[[Session, UUID, int, int], Page]
#: Returns the last sequence of each agency's stream that is not empty.
Heads: TypeAlias = Callable[[Session], Mapping[UUID, int]]


@dataclass(frozen=True)
class Streams:
    """The agencies' streams, as the lane reads them; `stand` selects a value that changes whenever a stream grows."""

    read: Read
    heads: Heads
    stand: str


class Queues(Protocol):
    """The agencies' queues at the broker."""

    def declare(self, queue: str) -> bool:
        """Declare a queue; return whether it already existed."""

    def delete(self, queue: str) -> None:
        """Delete a queue with all its messages."""

    def send(self, queue: str, messages: Iterable[AgencyMessage]) -> None:
        """Send messages to the broker."""


@dataclass(frozen=True)
class Queue:
    """An agency's queue at the start of a turn. The agency's `generation` is read first."""

    agency: UUID
    name: str
    generation: int
    is_serving: bool
    is_declared: bool
    discarded: tuple[str, ...]
    has_ended: bool


@dataclass(frozen=True)
class Batch:
    """The events that a turn publishes: decided in one transaction and sent after it. `key`: to encrypt them with."""

    queue: Queue
    before: int
    items: Sequence[Item]
    key: Mapping[str, str] | None


@dataclass(frozen=True)
class Sent:
    """Events that were sent to the broker. The mark moves after the broker confirms them."""

    agency: UUID
    queue: str
    generation: int
    before: int
    last: int
    events: Sequence[UUID | None]


def counting(session: Session) -> frozenset[UUID]:
    """Return the agencies with an agreement in force."""
    return counting_agencies(session, TIME_SOURCE.of(session).now(session))


def due(session: Session, heads: Mapping[UUID, int], counting: Collection[UUID]) -> list[UUID]:
    """Return the agencies whose turn can have something to do: new events, or something to delete.

    `counting`: the agencies with an agreement in force, as of a moment ago. A turn checks again.
    """
    columns = ("agency", "is_open", "is_declared", "mark", "discarded")
    query = select(*(getattr(BrokerQueue, name) for name in columns)).where(text(_IS_OF_USE))
    rows = session.execute(query.order_by(BrokerQueue.agency)).mappings()
    return [row["agency"] for row in rows if _is_due(row, counting, heads.get(row["agency"], 0))]


def _is_due(row: NamedRow, counting: Collection[UUID], head: int) -> bool:
    if row["discarded"]:
        return True
    is_serving = bool(row["is_open"]) and row["agency"] in counting
    return row["is_declared"] != is_serving or (is_serving and row["mark"] != head)


def to_be_emptied(session: Session) -> list[UUID]:
    """Return the agencies with a queue that must be deleted now."""
    return list(session.scalars(text(TO_BE_EMPTIED)))


def empty(database: Database, queues: Queues, agency: UUID) -> None:
    """Delete what must go, and publish nothing."""
    with database.transaction() as session:
        queue = _find(session, agency)
    if queue is not None:
        _delete(database, queues, queue, keeps=True)


def take_turn(database: Database, queues: Queues, streams: Streams, agency: UUID) -> Sent | None:
    """Delete what must go, then publish the next events; return what was published, None if nothing was."""
    with database.transaction() as session:
        queue = _find(session, agency)
    if queue is None or not _delete(database, queues, queue, keeps=queue.is_serving) or not queue.is_serving:
        return None
    was_there = queues.declare(queue.name)
    with database.transaction() as session:
        batch = _decide(session, queue, streams, was_there=was_there)
    # control: H-AGENCY-1 no-outside-byte-in-a-transaction
    return None if batch is None else _publish(database, queues, batch)


def _find(session: Session, agency: UUID) -> Queue | None:
    generation = generations.read(session, agency)
    row = session.get(BrokerQueue, agency)
    if row is None:
        return None
    is_serving = serves(session, row, TIME_SOURCE.of(session).now(session))
    has_ended = row.endings != generation
    return Queue(agency, row.queue, generation, is_serving, row.is_declared, tuple(row.discarded), has_ended)


def _delete(database: Database, queues: Queues, queue: Queue, *, keeps: bool) -> bool:
    """Delete discarded queues, and the current one unless it stays and nothing has ended since it was emptied.

    Return whether that is stored. If a request is changing the queue at the same time, the next turn repeats it.
    """
    names = set(queue.discarded)
    if queue.is_declared and (queue.has_ended or not keeps):
        names.add(queue.name)
    for name in sorted(names):
        queues.delete(name)
        crash.point("agency_queues.in_emptying")
    if not names and not queue.has_ended:
        return True
    with database.transaction() as session:
        row = _locked(session, queue.agency)
        if row is None:
            return False
        row.endings = queue.generation
        row.discarded = [name for name in row.discarded if name not in names]
        if row.queue in names:
            row.is_declared, row.waiting, row.readers = False, None, None
    return True


def _decide(session: Session, queue: Queue, streams: Streams, *, was_there: bool) -> Batch | None:
    """Decide what to publish next; None if nothing waits, or if an ending or a request came in between."""
    if not grounds.try_hold_shared(session, queue.agency):
        return None
    row = _locked(session, queue.agency)
    if row is None or row.queue != queue.name or row.discarded:
        return None
    if generations.read(session, queue.agency) != queue.generation:
        return None
    page = streams.read(session, queue.agency, row.mark or 0, BATCH)
    mark = _mark_of(row, page, is_lost=row.is_declared and not was_there)
    if mark != (row.mark or 0):
        page = streams.read(session, queue.agency, mark, BATCH)
    row.mark, row.is_declared = mark, True
    return Batch(queue, mark, page.items, row.encryption_key) if page.items else None


def _publish(database: Database, queues: Queues, batch: Batch) -> Sent | None:
    """Publish a batch, event by event, until something ends; return what was published, None if nothing was.

    The agency may have read events that were published before the ending, so they count as delivered. The mark stays.
    """
    queue, events, last = batch.queue, list[UUID | None](), batch.before
    for item in batch.items:
        # control: H-AGENCY-1 endings-never-wait
        if not generations.is_current(database, queue.agency, queue.generation):
            break
        queues.send(queue.name, [message_of(item.document, batch.key)])
        events.append(item.event)
        last = item.sequence
    return Sent(queue.agency, queue.name, queue.generation, batch.before, last, events) if events else None


# control: H-AGENCY-3 lane-per-queue
def _locked(session: Session, agency: UUID) -> BrokerQueue | None:
    """Lock a queue's row; None if there is none or a request has locked it. No agency's queue waits for another's."""
    return session.get(BrokerQueue, agency, with_for_update={"skip_locked": True})


def _mark_of(row: BrokerQueue, page: Page, *, is_lost: bool) -> int:
    """Return the sequence after which a queue continues.

    A queue that was lost with its unread messages is refilled up to its maximum length. A restore moves the mark back
    together with the stream. The events are then sent again as they are in the restored stream.
    """
    if row.mark is None:
        return rules.begins_after(page.head, AGENCY_QUEUE_LENGTH)
    return rules.begins_after(row.mark, AGENCY_QUEUE_LENGTH) if is_lost else row.mark


def move_mark(session: Session, sent: Sent) -> None:
    """Record the confirmed events, and move the mark to the last one unless the queue was replaced or must be emptied.

    The contents of a queue that must be emptied are published again after the old mark, each event filtered again.
    """
    record_delivered(session, sent.agency, CHANNEL, sent.events)
    unchanged = (
        BrokerQueue.agency == sent.agency,
        BrokerQueue.queue == sent.queue,
        BrokerQueue.mark == sent.before,
    )
    if generations.read(session, sent.agency) == sent.generation:
        session.execute(
            update(BrokerQueue).where(*unchanged).values(mark=sent.last).execution_options(synchronize_session=False)
        )


def note_depth(session: Session, agency: UUID, queue: str, depth: Depth) -> None:
    """Store the number of messages and readers of a queue, for display."""
    session.execute(
        update(BrokerQueue)
        .where(BrokerQueue.agency == agency, BrokerQueue.queue == queue)
        .values(waiting=depth.waiting, readers=depth.readers, looked_at=func.now())
        .execution_options(synchronize_session=False)
    )


def declared(session: Session) -> list[tuple[UUID, str]]:
    """Return the queues that exist at the broker, each with its agency."""
    query = select(BrokerQueue.agency, BrokerQueue.queue).where(BrokerQueue.is_declared)
    return [(row.agency, row.queue) for row in session.execute(query)]
