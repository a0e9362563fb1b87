"""Sort a batch of events by the action for each. Pure decisions without database access."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from shared.events.contract import NewerVersion, Reads, Received, UnknownType
from shared.events.envelope import Event
from shared.exchange import cursor
from shared.exchange.cursor import CursorState, Verdict


class Unconfirmed(Exception):
    """A destructive event that its source's feed has not confirmed: its subject waits for the feed."""

    retryable = True


@dataclass
class Sorted:
    """A batch, sorted by action; `position` is the new position of the cursor."""

    position: int
    epoch: UUID | None
    received: list[Received] = field(default_factory=list)
    hold: list[tuple[Event, NewerVersion | Unconfirmed]] = field(default_factory=list)
    unknown: list[Event] = field(default_factory=list)
    priority_events: list[Event] = field(default_factory=list)
    #: Events that the cursor passes, and those that it had already passed.
    passed: list[Event] = field(default_factory=list)
    seen: list[Event] = field(default_factory=list)
    behind: int = 0
    erased: int = 0
    hint: bool = False

    @property
    def moved(self) -> int:
        """The number of events that the cursor passes."""
        return len(self.passed)


def sort_batch(
    reads: Reads,
    state: CursorState,
    held: Iterable[UUID],
    events: Sequence[Event],
    erased: Collection[UUID] = (),
    confirmed: Collection[UUID] | None = None,
) -> Sorted:
    """Decide about each event in turn; stop at the first that is only a hint. Raises `UnreadableData`.

    Events of `erased` subjects are skipped. `confirmed` contains the ids of events that the feed is known to contain;
    None means that all events came from the feed.
    """
    batch = Sorted(state.position, state.epoch)
    waiting = set(held)
    for event in events:
        here = CursorState(batch.position, batch.epoch, state.diverged)
        verdict = cursor.decide(here, waiting, event.position, event.epoch, event.subject)
        if verdict is Verdict.HINT:
            batch.hint = True
            break
        if verdict is Verdict.SEEN:
            batch.seen.append(event)
            continue
        batch.position, batch.epoch = event.position, event.epoch
        batch.passed.append(event)
        waits = reads.destroys(event) and confirmed is not None and event.id not in confirmed
        if event.is_erased or (event.subject in erased and not reads.outlives(event)):
            batch.erased += 1
        elif verdict is Verdict.BEHIND:
            batch.behind += 1
            if reads.priority_event(event) is not None and not waits:
                batch.priority_events.append(event)
        elif waits:
            batch.hold.append((event, Unconfirmed()))
            waiting.add(event.subject)
        else:
            _open(reads, event, batch, waiting)
    return batch


def _open(reads: Reads, event: Event, batch: Sorted, waiting: set[UUID]) -> None:
    try:
        opened = reads.open(event)
    except UnknownType:
        batch.unknown.append(event)
    except NewerVersion as newer:
        batch.hold.append((event, newer))
        waiting.add(event.subject)
        if reads.priority_event(event) is not None:
            batch.priority_events.append(event)
    else:
        if opened is not None:
            if reads.outlives(event):
                # Drop earlier events of the subject, including those in this batch.
                batch.received = [earlier for earlier in batch.received if earlier.subject != event.subject]
            batch.received.append(opened)
