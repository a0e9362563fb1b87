"""Steps of a case at intake and their corrections, the case as a client reads it, and its events."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from shared.exchange.eventlog import event_log
from shared.store.database import Database
from tests.kit.client import Client, told


def correct(client: Client, case: str, which: str, status: int = 201) -> dict[str, Any]:
    """Withdraw a step that was recorded in error."""
    path = f"/v1/cases/{case}/identification/{which}/correction"
    return told(client.ask("POST", path, {"reason": "wrong_outcome"}), status)


def read(client: Client, case: str) -> dict[str, Any]:
    """Read a case."""
    return told(client.ask("GET", f"/v1/cases/{case}"))


def events(database: Database, case: str, family: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the events of a case whose type begins with a prefix: name and data."""
    wanted = select(event_log.c.name, event_log.c.data).where(event_log.c.subject == UUID(case))
    with database.transaction() as session:
        rows = session.execute(wanted.order_by(event_log.c.serial)).all()
    return [(row.name, row.data) for row in rows if row.name.startswith(family)]
