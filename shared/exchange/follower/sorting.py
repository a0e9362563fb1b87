"""Sorts a batch of events by what is to be done with each; decides only, and touches no store."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from shared.events.contract import NewerVersion, Reads, Received, UnknownType
from shared.events.envelope import Event
from shared.exchange import cursor
from shared.exchange.cursor import CursorState, Verdict


@dataclass
class Sorted:
    """A batch, sorted by what is to be done; `position` is where the cursor goes."""

    position: int
    epoch: UUID | None
    received: list[Received] = field(default_factory=list)
    hold: list[tuple[Event, NewerVersion]] = field(default_factory=list)
    unknown: list[Event] = field(default_factory=list)
    priority_events: list[Event] = field(default_factory=list)
    moved: int = 0
    seen: int = 0
    behind: int = 0
    erased: int = 0
    hint: bool = False


def sort_batch(
    reads: Reads, stand: CursorState, held: Iterable[UUID], events: Sequence[Event], erased: Collection[UUID] = ()
) -> Sorted:
    """Decide about each event in turn; stops at the first that is only a hint. Raises `UnreadableData`.

    Those of the `erased` subjects are passed over.
    """
    plan = Sorted(stand.position, stand.epoch)
    waiting = set(held)
    for event in events:
        here = CursorState(plan.position, plan.epoch, stand.diverged)
        verdict = cursor.decide(here, waiting, event.position, event.epoch, event.subject)
        if verdict is Verdict.HINT:
            plan.hint = True
            break
        if verdict is Verdict.SEEN:
            plan.seen += 1
            continue
        plan.position, plan.epoch = event.position, event.epoch
        plan.moved += 1
        if event.is_erased or (event.subject in erased and not reads.outlives(event)):
            plan.erased += 1
        elif verdict is Verdict.BEHIND:
            plan.behind += 1
            if reads.priority_event(event) is not None:
                plan.priority_events.append(event)
        else:
            _open(reads, event, plan, waiting)
    return plan


def _open(reads: Reads, event: Event, plan: Sorted, waiting: set[UUID]) -> None:
    try:
        opened = reads.open(event)
    except UnknownType:
        plan.unknown.append(event)
    except NewerVersion as newer:
        plan.hold.append((event, newer))
        waiting.add(event.subject)
        if reads.priority_event(event) is not None:
            plan.priority_events.append(event)
    else:
        if opened is not None:
            if reads.outlives(event):
                # Earlier events of the subject are dropped, also those of the same batch.
                plan.received = [earlier for earlier in plan.received if earlier.subject != event.subject]
            plan.received.append(opened)
