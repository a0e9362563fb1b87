"""One agency's turn of the lane: what has to go from its queue, and what of its stream comes next.

Until the turn's transaction ends it holds the agency's stream, its entry in the register and the queue's row. So who
suspends the agency, stops its agreement or withdraws a consent waits for the few milliseconds in which events are
handed to the broker, and none is handed over after their commit.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from services.partners.agency.models import Entry
from services.partners.broker_queue import rules
from services.partners.broker_queue.actions.opening import counting_agencies, serves
from services.partners.broker_queue.models import BrokerQueue
from services.partners.ground import actions as grounds
from shared.deadlines.time_source import TIME_SOURCE
from shared.events.envelope import CONTENT_TYPE
from shared.exchange.broker import AGENCY_QUEUE_LENGTH, AgencyMessage, Depth
from shared.store.database import NamedRow
from shared.telemetry import crash

#: Events of one agency in a turn, so that the others have theirs.
BATCH: Final = 200
#: What tools route by (CloudEvents' AMQP binding); the document says the same.
_HEADERS: Final = ("specversion", "id", "source", "type", "subject", "time", "sequence")


_IS_OF_USE: Final = "is_open or is_declared or cardinality(discarded) > 0"
#: The queues of agencies that are, or may be at the broker still.
OF_USE: Final = f"select from broker_queues where {_IS_OF_USE}"
#: The agencies of which a queue has to be deleted now.
TO_BE_EMPTIED: Final = """
    select agency from broker_queues as queue left join stream_endings as ending using (agency)
    where cardinality(queue.discarded) > 0 or (queue.is_declared and coalesce(ending.count, 0) <> queue.endings)
"""


class Item(Protocol):
    """An event of an agency's stream, as every channel sends it."""

    @property
    def sequence(self) -> int:
        """Its place in the stream."""

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


#: Reads an agency's stream behind a sequence, at most so many events: each as it may be told at this moment.
Read: TypeAlias = Callable[[Session, UUID, int, int], Page]
#: Returns the last sequence of each agency's stream that has any.
Heads: TypeAlias = Callable[[Session], Mapping[UUID, int]]


@dataclass(frozen=True)
class Streams:
    """The agencies' streams, as the lane reads them; `stand` selects one value that changes when any has grown."""

    read: Read
    heads: Heads
    stand: str


class Queues(Protocol):
    """The agencies' queues at the broker."""

    def declare(self, queue: str) -> bool:
        """Have a queue; return whether it was there already."""

    def delete(self, queue: str) -> None:
        """Delete a queue with all that it holds."""

    def send(self, queue: str, messages: Iterable[AgencyMessage]) -> None:
        """Hand messages to the broker."""


@dataclass(frozen=True)
class Sent:
    """What was handed to the broker, and counts once it is confirmed."""

    agency: UUID
    queue: str
    before: int
    last: int
    count: int


def counting(session: Session) -> frozenset[UUID]:
    """Return the agencies with an agreement that counts now."""
    return counting_agencies(session, TIME_SOURCE.of(session).now(session))


def due(session: Session, heads: Mapping[UUID, int], counting: Collection[UUID]) -> list[UUID]:
    """Return the agencies whose turn may do something: there is news for them, or something has to go.

    `counting`: those with an agreement that counts, as of a moment ago; a turn asks again.
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
    """Return the agencies of which a queue has to be deleted now."""
    return list(session.scalars(text(TO_BE_EMPTIED)))


def empty(session: Session, queues: Queues, agency: UUID) -> None:
    """Delete what has to go, and no more."""
    grounds.hold_shared(session, agency)
    row = session.get(BrokerQueue, agency, with_for_update=True)
    if row is not None:
        _delete(session, row, queues, keeps=True)


def take_turn(session: Session, queues: Queues, streams: Streams, agency: UUID) -> Sent | None:
    """Delete what has to go, then hand over what comes next; return what was, None if nothing was."""
    grounds.hold_shared(session, agency)
    session.get(Entry, agency, with_for_update={"read": True})
    row = session.get(BrokerQueue, agency, with_for_update=True)
    if row is None:
        return None
    is_serving = serves(session, row, TIME_SOURCE.of(session).now(session))
    _delete(session, row, queues, keeps=is_serving)
    if not is_serving:
        return None
    was_there = queues.declare(row.queue)
    page = streams.read(session, agency, row.mark or 0, BATCH)
    mark = _mark_of(row, page, is_lost=row.is_declared and not was_there)
    if mark != (row.mark or 0):
        page = streams.read(session, agency, mark, BATCH)
    row.mark, row.is_declared = mark, True
    if not page.items:
        return None
    queues.send(row.queue, map(message_of, page.items))
    return Sent(agency, row.queue, mark, page.items[-1].sequence, len(page.items))


def _delete(session: Session, row: BrokerQueue, queues: Queues, *, keeps: bool) -> None:
    """Delete what has to go: what was discarded, and the queue itself unless it stays and nothing has ended since."""
    endings = grounds.endings(session, row.agency)
    keeps = keeps and endings == row.endings
    names = {*row.discarded, *([row.queue] if row.is_declared and not keeps else [])}
    for name in sorted(names):
        queues.delete(name)
        crash.point("agency_queues.in_emptying")
    row.endings = endings
    if names:
        row.discarded, row.is_declared = [], row.is_declared and keeps
        row.waiting, row.readers = None, None


def _mark_of(row: BrokerQueue, page: Page, *, is_lost: bool) -> int:
    """Return the sequence behind which a queue goes on.

    One that was there and is gone, with all that nobody had read, is filled again as far as it reaches. A restore takes
    the mark back with the stream, so that what the queue has of its former life is sent again as it is in the new one.
    """
    if row.mark is None:
        return rules.begins_after(page.head, AGENCY_QUEUE_LENGTH)
    return rules.begins_after(row.mark, AGENCY_QUEUE_LENGTH) if is_lost else row.mark


def move_mark(session: Session, sent: Sent) -> None:
    """Move the mark behind what the broker has confirmed, unless the queue is another by now."""
    unchanged = (
        BrokerQueue.agency == sent.agency,
        BrokerQueue.queue == sent.queue,
        BrokerQueue.mark == sent.before,
    )
    session.execute(
        update(BrokerQueue).where(*unchanged).values(mark=sent.last).execution_options(synchronize_session=False)
    )


def note_depth(session: Session, agency: UUID, queue: str, depth: Depth) -> None:
    """Store how much waits in a queue, for whoever looks at it."""
    session.execute(
        update(BrokerQueue)
        .where(BrokerQueue.agency == agency, BrokerQueue.queue == queue)
        .values(waiting=depth.waiting, readers=depth.readers, looked_at=func.now())
        .execution_options(synchronize_session=False)
    )


def declared(session: Session) -> list[tuple[UUID, str]]:
    """Return the queues that are at the broker, each with its agency."""
    query = select(BrokerQueue.agency, BrokerQueue.queue).where(BrokerQueue.is_declared)
    return [(row.agency, row.queue) for row in session.execute(query)]


def message_of(item: Item) -> AgencyMessage:
    """Return an event as the broker carries it: the bytes of every channel, and attributes beside them as headers."""
    attributes = json.loads(item.document)
    headers = {f"cloudEvents_{name}": str(attributes[name]) for name in _HEADERS if attributes.get(name) is not None}
    return AgencyMessage(str(attributes["id"]), str(attributes["type"]), item.document, CONTENT_TYPE, headers)
