"""The time of a subject's last event in the log: one index lookup for each subject."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Uuid, column, func, literal, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from shared.exchange.eventlog import event_log


def last_changes(session: Session, subjects: Collection[UUID]) -> dict[UUID, datetime]:
    """Return the time of the last event about each of these subjects; subjects without events are left out."""
    asked = (
        func.unnest(literal(list(subjects), ARRAY(Uuid)))
        .table_valued(column("id", Uuid), name="asked")
        .render_derived()
    )
    # Events without a number are the newest, and come first in this order.
    newest = event_log.c.position.desc().nulls_first()
    last = select(event_log.c.time).where(event_log.c.subject == asked.c.id).order_by(newest).limit(1).lateral("last")
    rows = session.execute(select(asked.c.id, last.c.time).join_from(asked, last, true()))
    return {row.id: row.time for row in rows}
