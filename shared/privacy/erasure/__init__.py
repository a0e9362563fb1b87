"""Erase a subject: its data in one transaction, then its key, then the acknowledgement.

    begin       the data, in the caller's transaction: delete rows, redact events in place, leave a tombstone
    Eraser      the loop that destroys the key of erased subjects, and then acknowledges

If the process dies in between, the tombstone is incomplete, and the loop continues with it. If the data database is
restored from an older backup, the key database shows what was erased since, and vice versa.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from shared.events.contract import Received
from shared.events.envelope import Announcement
from shared.exchange import tombstones
from shared.exchange.eventlog import record
from shared.exchange.follower import Projection
from shared.exchange.tombstones import Tombstone
from shared.privacy.erasure.events import (
    ACKNOWLEDGED,
    COMPLETED,
    HELD,
    ORDERED,
    answer_of,
    held_of,
    order_of,
    passed_by,
)
from shared.privacy.erasure.rows import delete_mechanism, delete_own, lock_all

__all__ = [
    "ACKNOWLEDGED",
    "COMPLETED",
    "HELD",
    "ORDERED",
    "Erasing",
    "Tombstone",
    "acknowledge",
    "answer_of",
    "begin",
    "delete_own",
    "forget",
    "held_of",
    "order_of",
    "passed_by",
    "projection",
]

#: Deletes a service's own rows of a case. Returns the basis on which some are kept, None if none are.
Erase = Callable[[Session, UUID], str | None]


@dataclass(frozen=True)
class Erasing:
    """How a service erases its part, and acknowledges it (in a separate transaction)."""

    erase: Erase
    acknowledge: Callable[[Session, Tombstone], None]


# control: H-CONFIDENTIALITY-4 erased-by-default
def begin(session: Session, case: UUID, request: UUID | None, erase: Erase) -> Tombstone:
    """Erase the data of a case in the caller's transaction. The key and the acknowledgement follow.

    Idempotent: for a case that was erased already, it only returns the tombstone.
    """
    lock_all(session)
    tombstone = tombstones.find(session, case)
    if tombstone is not None:
        return tombstone
    basis = erase(session, case)
    delete_mechanism(session, case)
    new = Tombstone(case, request, tombstones.DELETED if basis is None else tombstones.KEPT, basis)
    tombstones.put(session, new)
    return new


def forget(session: Session, received: Sequence[Received]) -> None:
    """Delete the ids of erased cases from the consumer's records, in a service that stores no cases."""
    for case in sorted({event.subject for event in received}):
        delete_mechanism(session, case)


def acknowledge(session: Session, erased: Tombstone) -> None:
    """Acknowledge an erasure to the service that ordered it."""
    payload = {"request": erased.request, "answer": erased.answer, "basis": erased.basis}
    record(session, erased.subject, [Announcement(ACKNOWLEDGED.name, payload)])


def projection(source: str, holder: str, erase: Erase, *, goes_in_parts: bool = False) -> Projection:
    """Declare the projection that carries out a service's orders, also ahead of held events. It comes last.

    `holder`: the service that carries them out; an order under a legal hold only concerns the holders that it names.
    `goes_in_parts`: this holder itself deletes data under a hold in parts; the final order deletes the rest.
    """

    def carry_out(session: Session, received: Sequence[Received]) -> None:
        for order in sorted(received, key=lambda event: event.subject):
            if holder in order.data.get("holders", (holder,)):
                begin(session, order.subject, order.data["request"], erase)

    names = (ORDERED.name,) if goes_in_parts else (ORDERED.name, HELD.name)
    return Projection("erasure", frozenset(f"{source}.{name}" for name in names), carry_out)
