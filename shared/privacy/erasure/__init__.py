"""Erases a subject: what a service holds of it goes in one transaction, then its key, then it is acknowledged.

    begin       the data, in the caller's transaction: rows deleted, events emptied in place, a tombstone left
    Eraser      the loop that destroys the key of what was erased, and only then acknowledges

A process that dies in between leaves a tombstone that is not complete: the loop goes on with it. A data database that
is restored from an older backup learns from the key database what was erased, and the other way round.
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

#: Deletes a service's own rows of a case; returns the basis on which some are kept, None if none are.
Erase = Callable[[Session, UUID], str | None]


@dataclass(frozen=True)
class Erasing:
    """How a service erases its part, and acknowledges it (in a transaction of its own)."""

    erase: Erase
    acknowledge: Callable[[Session, Tombstone], None]


# control: H-CONFIDENTIALITY-4 erased-by-default
def begin(session: Session, case: UUID, request: UUID | None, erase: Erase) -> Tombstone:
    """Erase what is held of a case, in the caller's transaction; the key and the acknowledgement follow.

    Idempotent: for a case that was erased already, only its tombstone is returned.
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
    """Forget, where nothing is kept of cases, the ids of erased ones among what is remembered of their events."""
    for case in sorted({event.subject for event in received}):
        delete_mechanism(session, case)


def acknowledge(session: Session, erased: Tombstone) -> None:
    """Acknowledge an erasure to whoever ordered it."""
    payload = {"request": erased.request, "answer": erased.answer, "basis": erased.basis}
    record(session, erased.subject, [Announcement(ACKNOWLEDGED.name, payload)])


def projection(source: str, holder: str, erase: Erase, *, goes_in_parts: bool = False) -> Projection:
    """Carry out a service's orders, ahead of their turn too. It belongs behind all other projections.

    `holder`: the service that carries them out; an order under a legal hold is one to those that it names.
    `goes_in_parts`: the holder sees itself to what goes under a hold, and what is left is for the order.
    """

    def carry_out(session: Session, received: Sequence[Received]) -> None:
        for order in sorted(received, key=lambda event: event.subject):
            if holder in order.data.get("holders", (holder,)):
                begin(session, order.subject, order.data["request"], erase)

    names = (ORDERED.name,) if goes_in_parts else (ORDERED.name, HELD.name)
    return Projection("erasure", frozenset(f"{source}.{name}" for name in names), carry_out)
