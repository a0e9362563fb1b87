"""Events of legal and support, as intake's projections apply them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.intake.cases.due import rules
from services.intake.service import PARTS
from shared.events.contract import Received
from shared.exchange.eventlog import ORIGIN, Origin
from shared.store.database import Database
from tests.kit.builders import an_event


def received(case: str | UUID, key: str, position: int = 1, *, version: int = 1, **data: Any) -> Received:
    """Return an event of another service, parsed by intake's own view of it."""
    source, _, name = key.partition(".")
    time = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    event = an_event(
        source=source, name=name, version=version, subject=UUID(str(case)), position=position, time=time, data=data
    )
    opened = PARTS.following.reads.open(event)
    assert opened is not None
    return opened


def period(case: str, verb: str, position: int = 1, clock: UUID | None = None, **different: Any) -> Any:
    """Return an event of one of legal's periods, with its complete state."""
    whole = {
        "clock": str(clock or UUID(int=7)),
        "code": "GB.RECONSIDER",
        "kind": "limitation",
        "state": rules.STATE_AFTER.get(verb, "passed"),
        "began_on": "2026-03-02",
        "due_on": "2026-04-01",
        "other_due_on": None,
        "certainty": "likely",
        "doubts": [],
        "birthday": None,
    }
    return received(case, f"legal.clock.{verb}", position, **{**whole, **different})


def hear(database: Database, *events: Received) -> None:
    """Apply events in one batch with every projection that reads them."""
    for projection in PARTS.following.projections:
        mine = [event for event in events if event.key in projection.reads]
        if mine:
            with database.transaction() as session:
                projection.project(session, mine)


def answer(database: Database, *events: Received) -> None:
    """Apply events in one batch and run the reactions to each, also for repeated events."""
    hear(database, *events)
    with _as_intake(database) as session:
        for event in events:
            for reaction in PARTS.following.reactions:
                if reaction.on == event.key:
                    reaction.act(session, event)


@contextmanager
def _as_intake(database: Database) -> Iterator[Session]:
    with database.transaction(ORIGIN.holding(Origin(PARTS.following.emits))) as session:
        yield session


def declared(case: str, absence: UUID, at: datetime | None = None) -> Received:
    """Return the event that a person is reported missing."""
    since = (at or datetime(2026, 3, 2, 9, 30, tzinfo=UTC)).isoformat()
    said = {"absence": str(absence), "child": False, "urgency": "today", "declared_at": since}
    return received(case, "support.absence.declared", **said)


def ended(case: str, absence: UUID) -> Received:
    """Return the event that the search for the person has ended."""
    return received(case, "support.absence.ended", absence=str(absence))
