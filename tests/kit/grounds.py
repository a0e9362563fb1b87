"""The grounds on which agencies may receive a person's data: in events, and in the copy of a service."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from shared.access import agency_grounds
from shared.events.contract import Received
from shared.exchange.eventlog import event_log
from shared.store.database import Database
from tests.kit.builders import an_event


def received(case: UUID, name: str, version: int, **data: Any) -> Received:
    """Return an event of intake as a consumer of its grounds reads it."""
    [view] = [read.view for read in agency_grounds.reads_of("intake") if (read.key, read.version) == (name, version)]
    return Received(an_event(name=name.partition(".")[2], subject=case, data=data), view(unknown="exclude").load(data))


def grounds(database: Database) -> list[tuple[Any, ...]]:
    with database.transaction() as session:
        rows = session.execute(select(agency_grounds.grounds).order_by(agency_grounds.grounds.c.id))
        return [(row.id, row.case_id, row.agency, tuple(row.data_categories), row.since, row.until) for row in rows]


def followed(database: Database, copy: Database) -> list[tuple[Any, ...]]:
    """Return the grounds that a consumer of intake's log has stored so far."""
    told = {(read.key, read.version) for read in agency_grounds.reads_of("intake")}
    with database.transaction() as session:
        rows = session.execute(select(event_log).order_by(event_log.c.serial)).all()
    events = [
        received(row.subject, f"intake.{row.name}", row.version, **row.data)
        for row in rows
        if (f"intake.{row.name}", row.version) in told and row.data  # the data of an erased person's event is empty
    ]
    with copy.transaction() as session:
        session.execute(agency_grounds.grounds.delete())
        for event in events:
            agency_grounds.project(session, [event])
    return grounds(copy)
