"""Read the relay's next batch from the log: number rows and read them as documents in one round trip.

The statements of a batch travel as one message. Moving the mark for the previous batch, numbering and reading are one
transaction with one disk sync. Each statement still sees everything committed before it began.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.events import envelope
from shared.exchange import numbering, sealed
from shared.exchange.broker import Message

if TYPE_CHECKING:
    import psycopg

_MOVE_MARK = "update event_log_published set position = {mark} where position < {mark}"
_EPOCHS = "select epoch::text, after_position from event_log_epochs order by number desc"
#: All columns as text, because the document is assembled from them unchanged.
_READ = """
    select position, id::text, subject::text, name, version,
        to_char(time at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        correlation::text, cause::text, classification, traceparent, data::text
    from event_log where position > (select position from event_log_published) order by position limit {limit}
"""
_WAITING = """
    select exists (select from event_log where position is null and serial > head.floor)
        or head.position > (select position from event_log_published)
    from event_log_head as head
"""


@dataclass(frozen=True)
class Outgoing:
    """The next messages in order, and the position of the last."""

    messages: Sequence[Message]
    last: int


def is_waiting(connection: "psycopg.Connection") -> bool:
    """Return whether there are committed events that the broker has not confirmed."""
    row = connection.execute(_WAITING).fetchone()
    return bool(row and row[0])


def move_mark(connection: "psycopg.Connection", confirmed: int) -> None:
    """Move the mark to the last position that the broker has confirmed."""
    connection.execute(_MOVE_MARK.format(mark=int(confirmed)))


def statements(confirmed: int | None, most: int) -> tuple[str, ...]:
    """Return the statements of a batch, in order. Only constants and numbers are inserted into the SQL."""
    moved = () if confirmed is None else (_MOVE_MARK.format(mark=int(confirmed)),)
    return *moved, *numbering.statements(), _EPOCHS, _READ.format(limit=int(most))


def take(
    connection: "psycopg.Connection",
    service: str,
    *,
    confirmed: int | None,
    most: int,
    seal: Callable[[int, bytes], bytes],
    prove: Callable[[Sequence[bytes]], Sequence[bytes]],
) -> Outgoing:
    """Move the mark to the confirmed position, number committed rows, and return the next messages.

    Each message is encrypted, and contains the proof that this service has published it.

    The transaction is committed on return, so no message has a position that could still change.
    """
    replies = connection.execute(";".join(("begin", *statements(confirmed, most), "commit")))
    epochs, rows = _last_two(replies)
    topics, bodies, last = [], [], 0
    for row in rows:
        last = row[0]
        document = _document(row, service, next(epoch for epoch, after in epochs if after < last))
        topics.append(f"{row[3]}.v{row[4]}")
        bodies.append(seal(last, document))
    # No other attribute: anything unencrypted can be read in the broker's files.
    proven = zip(topics, bodies, prove(bodies) if bodies else (), strict=True)
    return Outgoing([Message(topic, body, sealed.CONTENT_TYPE, proof) for topic, body, proof in proven], last)


def _last_two(replies: "psycopg.Cursor") -> list[list[Any]]:
    """Return the rows of the last two statements with results: the epochs and the events."""
    row_sets = []
    while True:
        if replies.description is not None:
            row_sets.append(replies.fetchall())
        if not replies.nextset():
            return row_sets[-2:]


def _document(row: Sequence[Any], service: str, epoch: str) -> bytes:
    position, id_, subject, name, version, time, correlation, cause, classification, traceparent, data = row
    return envelope.write(
        id_=id_,
        source=service,
        name=name,
        version=version,
        subject=subject,
        time=time,
        position=position,
        epoch=epoch,
        correlation=correlation,
        cause=cause,
        classification=classification,
        traceparent=traceparent,
        data=data,
    )
