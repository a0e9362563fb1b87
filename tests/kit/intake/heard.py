"""What legal and support tell intake, as its projections take it in."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.intake.service import PARTS
from shared.events.contract import Received
from shared.store.database import Database
from tests.kit.builders import an_event


def received(case: str | UUID, key: str, position: int = 1, *, version: int = 1, **data: Any) -> Received:
    """Return an event of another service, through intake's own view of it."""
    source, _, name = key.partition(".")
    time = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    event = an_event(
        source=source, name=name, version=version, subject=UUID(str(case)), position=position, time=time, data=data
    )
    opened = PARTS.following.reads.open(event)
    assert opened is not None
    return opened


def hear(database: Database, *events: Received) -> None:
    """Take events in, in one batch, by every projection that reads them."""
    for projection in PARTS.following.projections:
        mine = [event for event in events if event.key in projection.reads]
        if mine:
            with database.transaction() as session:
                projection.project(session, mine)
