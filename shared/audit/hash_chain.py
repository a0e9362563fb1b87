"""Hash chain over the audit log: each hash covers the previous one, which reveals changed, removed and inserted rows.

A leader extends the chain after the commit, so that requests never wait for each other. Periodically it signs a
checkpoint with the length of the chain and the previous checkpoint. Checkpoints are stored and logged, and the log
lines leave the machine. An attacker who rewrites the chain or deletes checkpoints contradicts those lines.
"""

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256

import psycopg
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    case,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from shared.access import tokens
from shared.access.signing import SigningKey
from shared.audit.trail import audit_log
from shared.store.database import Database, metadata
from shared.store.leader import Lease, LeaseLost, try_acquire
from shared.store.loop import Loop
from shared.store.low_water_mark import LowWaterMark
from shared.store.measuring import Measure, age_of
from shared.telemetry import metrics
from shared.telemetry.logs import logger

audit_chain = Table(
    "audit_chain",
    metadata,
    Column("place", BigInteger, primary_key=True, autoincrement=False, comment="order of the chain, without gaps"),
    Column("number", BigInteger, nullable=False, unique=True, comment="of the row in audit_log"),
    Column("hash", LargeBinary, nullable=False, comment="SHA-256 of the hash before and the row"),
)
chain_head = Table(
    "audit_chain_head",
    metadata,
    Column("single", SmallInteger, primary_key=True, autoincrement=False),
    Column("floor", BigInteger, nullable=False, comment="every row up to here is chained, or was never committed"),
    CheckConstraint("single = 1", name="single"),
)
checkpoints = Table(
    "audit_checkpoints",
    metadata,
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    Column("signed", Text, nullable=False, comment="service, place, hash and instant, as a signed token (JWS)"),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

# control: H-OPERATION-6 audit-age-bounded
#: Not an EXISTS: the planner would join the tables and read the whole chain.
_PLACE = select(audit_chain.c.place).where(audit_chain.c.number == audit_log.c.number).scalar_subquery()
_FLOOR = select(chain_head.c.floor).scalar_subquery()
_LAST_PLACE = select(func.coalesce(func.max(audit_chain.c.place), 0)).scalar_subquery()
_MARKED = func.coalesce(func.max(checkpoints.c.place), 0)
#: The time of the first unchained row: all rows up to the floor are chained, and few are above it.
_FIRST_WAITING = (
    select(audit_log.c.at)
    .where(audit_log.c.number > _FLOOR, _PLACE.is_(None))
    .order_by(audit_log.c.number)
    .limit(1)
    .scalar_subquery()
)
MEASURES = (
    Measure(metrics.audit_waiting_age, select(age_of(_FIRST_WAITING))),
    Measure(
        metrics.checkpoint_age,
        select(case((_LAST_PLACE > _MARKED, age_of(func.max(checkpoints.c.at))), else_=0.0)),
    ),
)

_IS_ANY_ABOVE = "select coalesce((select max(number) from audit_log) > floor, false) as is_any from audit_chain_head"

#: The kind of a signed checkpoint.
STATEMENT = "casepath-audit-checkpoint"
#: The hash before the first row.
BEGINNING = bytes(32)
CHAIN_AT_MOST = 1_000
POLL_SECONDS = 2.0
#: Seconds until the next attempt to become leader.
LEAD_SECONDS = 5.0
#: Sign a checkpoint after this number of rows, or of seconds if there are new rows.
CHECKPOINT_ROWS, CHECKPOINT_SECONDS = 10_000, 3_600

log = logger()


def digest(signed: str) -> str:
    """Return the SHA-256 of a signed checkpoint in hexadecimal, as referenced by the next checkpoint."""
    return sha256(signed.encode()).hexdigest()


def link(before: bytes, row: Mapping[str, object]) -> bytes:
    """Return the hash of a row and the previous hash. The input is JSON with sorted names and instants in UTC."""
    hashed_row = {name: _shown(row[name]) for name in sorted(column.name for column in audit_log.columns)}
    return sha256(before + json.dumps(hashed_row, separators=(",", ":")).encode()).digest()


def _shown(value: object) -> str | int | None:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value if value is None or isinstance(value, int) else str(value)


def extend(session: Session, mark: int) -> int:
    """Chain newly committed rows; return their number. The lock on the head row admits one process at a time.

    It reads all rows above the stored low-water mark (the column `floor`), because rows commit in another order than
    they are numbered. The floor rises to `mark` (`shared.store.low_water_mark`) once all rows up to there are chained.
    """
    before_mark = session.execute(select(chain_head.c.floor).with_for_update()).scalar_one()
    last = session.execute(select(audit_chain).order_by(audit_chain.c.place.desc()).limit(1)).first()
    place, before = (0, BEGINNING) if last is None else (last.place, last.hash)
    chained = select(audit_chain.c.number).where(audit_chain.c.number == audit_log.c.number).exists()
    waiting = select(audit_log).where(audit_log.c.number > before_mark, ~chained).order_by(audit_log.c.number)
    links = []
    for row in session.execute(waiting.limit(CHAIN_AT_MOST)).mappings():
        place, before = place + 1, link(before, dict(row))
        links.append({"place": place, "number": row["number"], "hash": before})
    if links:
        session.execute(insert(audit_chain), links)
    if len(links) < CHAIN_AT_MOST and mark > before_mark:
        session.execute(update(chain_head).values(floor=mark))
    return len(links)


class Chainer(Loop):
    """The chainer of one process: it tries to become leader, and extends the chain while it is."""

    def __init__(self, database: Database, *, service: str, database_url: str, signing_key: str) -> None:
        """Store the settings; connections are opened by `run`."""
        self._database = database
        self._service = service
        self._database_url = database_url
        self._key = SigningKey(service, signing_key)
        self._mark = LowWaterMark(audit_log.name, "number")
        #: Whether the last checkpoint covers the whole chain, as far as this process knows.
        self._is_signed = False
        super().__init__(self._lead_if_free, pause=LEAD_SECONDS, passing=(LeaseLost, psycopg.Error, SQLAlchemyError))

    def report(self, error: Exception) -> None:
        """Log that the leadership has ended, or could not be requested."""
        log.warning("audit.lease_lost", reason=type(error).__name__)

    def _lead_if_free(self) -> None:
        lease = try_acquire(self._database_url, "audit")
        if lease is not None:
            with lease:
                self._lead(lease)

    def _lead(self, lease: Lease) -> None:
        self._mark = LowWaterMark(audit_log.name, "number")
        self._is_signed = False
        self._log_last()
        while not self.is_stopping:
            lease.renew()
            if self.chain_next() < CHAIN_AT_MOST:
                if not self._is_signed:
                    self.sign_when_due()
                self.wait(POLL_SECONDS)

    def chain_next(self) -> int:
        """Chain committed rows in a separate transaction; return their number."""
        if not self._database.ask(_IS_ANY_ABOVE)["is_any"]:
            return 0
        self._is_signed = False
        with self._database.transaction() as session:
            count = extend(session, self._mark.look(session.connection().exec_driver_sql))
        metrics.audit_chained.inc(count)
        return count

    def sign_when_due(self, *, rows: int = CHECKPOINT_ROWS, seconds: float = CHECKPOINT_SECONDS) -> bool:
        """Sign a checkpoint if enough rows or enough time have passed since the last one."""
        newest = select(audit_chain).order_by(audit_chain.c.place.desc()).limit(1)
        with self._database.transaction() as session:
            end = session.execute(newest).first()
            last = session.execute(select(checkpoints).order_by(checkpoints.c.place.desc()).limit(1)).first()
            if end is None or (last is not None and last.place == end.place):
                self._is_signed = True
                return False
            # Sign the first one immediately: a new chain is the easiest to replace.
            if last is not None and end.place - last.place < rows and time.time() - last.at.timestamp() < seconds:
                return False
            claims = {
                "service": self._service,
                "number": session.execute(select(func.count()).select_from(checkpoints)).scalar_one() + 1,
                "place": end.place,
                "hash": end.hash.hex(),
                "previous": None if last is None else digest(last.signed),
                "at": int(time.time()),
            }
            signed = tokens.sign(self._key.now(), claims, kind=STATEMENT)
            session.execute(insert(checkpoints).values(place=end.place, signed=signed))
        log.info("audit.checkpoint", signed=signed)
        return True

    def _log_last(self) -> None:
        """Log the last checkpoint again: its signer could have stopped before writing the log line."""
        with self._database.transaction() as session:
            last = session.scalar(select(checkpoints.c.signed).order_by(checkpoints.c.place.desc()).limit(1))
        if last is not None:
            log.info("audit.checkpoint", signed=last)
