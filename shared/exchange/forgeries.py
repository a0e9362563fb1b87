"""Alarms about forged and altered messages: the effect of each one, and how it was handled.

The alarms contain no subject, so a row remains when a case is erased. The affected subjects are stored separately,
until a rebuild is requested for them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, Index, Integer, Table, Text, Uuid, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.store.database import metadata
from shared.telemetry import metrics
from shared.telemetry.logs import logger

forgeries = Table(
    "follow_forgeries",
    metadata,
    Column("source", Text, primary_key=True, comment="whose message it claimed to be"),
    Column("position", BigInteger, primary_key=True, comment="its place in that source's log, as it claimed"),
    Column("kind", Text, primary_key=True, comment="what it did here: a code of Forgery"),
    Column("count", Integer, nullable=False),
    Column("first_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("last_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
Index("follow_forgeries_last_at_index", forgeries.c.last_at)

doubted = Table(
    "follow_doubted",
    metadata,
    Column("subject", Uuid, primary_key=True, comment="what was kept of it is to be built again"),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

#: Maximum number of stored alarms, so that a flood cannot fill the disk; the metric counts all of them.
KEPT_AT_MOST = 1_000
#: Largest value of the position column; a forged message can contain any number.
_LARGEST = 2**63 - 1
SHOWN_AT_MOST = 20
SHOWN_DAYS = 7


class Forgery(Enum):
    """The effect of a forged or altered message, and how it was handled."""

    APPLIED = "applied in its turn; what it was about is built again from the feed"
    ACTED_AHEAD = "acted ahead of its turn; it was lifted, and what it was about is built again from the feed"
    NOT_CONFIRMED = "waited for the feed, which does not have it; it did nothing"
    REPEATED = "came again altered; it did nothing"
    #: One stored code for both cases: a replica of 0.2.0 knows no other.
    NOT_SEALED = "was not sealed, or not signed by its source; it did nothing"
    DOES_NOT_OPEN = "does not open under the key that it names; it did nothing"

    @property
    def code(self) -> str:
        """The code for storage and display."""
        return self.name.lower()


@dataclass(frozen=True)
class ForgeryShown:
    """An alarm as operators see it."""

    source: str
    position: int
    kind: str
    meaning: str
    count: int
    last_at: object


def report(session: Session, source: str, position: int, forgery: Forgery) -> None:
    """Raise the alarm: store, count and log it."""
    metrics.forged.labels(source).inc()
    log = logger()
    log.error("follower.forged", source=source, position=position, reason=f"forged or altered message: {forgery.value}")
    is_full = session.execute(select(func.count()).select_from(forgeries)).scalar_one() >= KEPT_AT_MOST
    if is_full:
        return
    new = insert(forgeries).values(source=source, position=min(position, _LARGEST), kind=forgery.code, count=1)
    again = {"count": forgeries.c.count + 1, "last_at": func.now()}
    session.execute(new.on_conflict_do_update(index_elements=["source", "position", "kind"], set_=again))


def doubt(session: Session, subjects: Collection[UUID]) -> None:
    """Record that the read models of these subjects must be rebuilt."""
    for subject in sorted(subjects):
        session.execute(insert(doubted).values(subject=subject).on_conflict_do_nothing())


def take_doubted(session: Session) -> list[UUID]:
    """Return and delete the list of subjects to rebuild; the caller must rebuild them."""
    return sorted(session.scalars(delete(doubted).returning(doubted.c.subject)))


def recent(session: Session) -> list[ForgeryShown]:
    """Return the alarms of the last days, the latest first."""
    since = func.now() - func.make_interval(0, 0, 0, SHOWN_DAYS)
    query = select(forgeries).where(forgeries.c.last_at > since).order_by(forgeries.c.last_at.desc())
    rows = session.execute(query.limit(SHOWN_AT_MOST)).mappings()
    return [
        ForgeryShown(
            row["source"],
            row["position"],
            row["kind"],
            Forgery[row["kind"].upper()].value,
            row["count"],
            row["last_at"],
        )
        for row in rows
    ]
