"""Stored state of rebuilds: the requests, the progress in each source, and the waiting subjects."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Index, SmallInteger, Table, Text, Uuid, func
from sqlalchemy.dialects.postgresql import JSONB

from shared.store.database import metadata

rebuilds = Table(
    "rebuilds",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("projection", Text, comment="null: all, or all that read what was replaced"),
    Column("subject", Uuid, comment="null: all"),
    Column("heals", Boolean, nullable=False, comment="began by itself, since a source's log was replaced"),
    Column("asked_by", Text, nullable=False, comment="staff id or service name"),
    Column("state", Text, nullable=False, comment="waiting, building, swapping, done or failed"),
    Column("reason", Text, comment="why it waits or failed: the class of an error"),
    Column("tables", JSONB, comment="rows, and how many differed"),
    Column("asked_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("began_at", DateTime(timezone=True)),
    Column("ended_at", DateTime(timezone=True)),
)
Index(
    "rebuilds_open_index",
    rebuilds.c.heals,
    rebuilds.c.projection,
    rebuilds.c.subject,
    unique=True,
    postgresql_where=rebuilds.c.ended_at.is_(None),
    postgresql_nulls_not_distinct=True,
)
cursors = Table(
    "rebuild_cursors",
    metadata,
    Column("rebuild", Uuid, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("position", BigInteger, nullable=False, comment="the last event that was built in"),
    Column("target", BigInteger, nullable=False, comment="where the live cursor was last seen"),
    Column("epoch", Uuid),
    Column("heals", Boolean, nullable=False, comment="the log of this source was replaced"),
    Column("attempt_position", BigInteger, nullable=False, server_default="0"),
    Column("attempt_count", SmallInteger, nullable=False, server_default="0"),
)
waiting = Table(
    "rebuild_waiting",
    metadata,
    Column("rebuild", Uuid, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("subject", Uuid, primary_key=True),
    Column("position", BigInteger, nullable=False, comment="the first event that is not built in"),
    Column("name", Text, comment="of the event that failed here though it had not before"),
    Column("version", SmallInteger),
    Column("reason", Text, comment="null: it waits since the live subject is held"),
)

WAITING, BUILDING, SWAPPING, DONE, FAILED = "waiting", "building", "swapping", "done", "failed"


@dataclass(frozen=True)
class Rebuild:
    """The scope of a rebuild: everything, one projection, or one subject. With `heals`, a source's log was replaced."""

    id: UUID
    projection: str | None
    subject: UUID | None
    heals: bool
    state: str


@dataclass(frozen=True)
class Reached:
    """Progress of a rebuild in one source's log."""

    source: str
    position: int
    epoch: UUID | None
    heals: bool


@dataclass(frozen=True)
class Waiting:
    """A subject whose events from `position` on are not built. `failed` describes the one that failed here, if any."""

    source: str
    subject: UUID
    position: int
    failed: Mapping[str, object] | None
