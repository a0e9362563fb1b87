"""Keys that encrypt a service's events for the broker: one for each day, deleted after the archive's number of days.

They are in the key database, wrapped by its ring, and not archived. Losing one is harmless, because followers then read
the source's log.
"""

import os
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Column, Date, LargeBinary, Table, Text, Uuid, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from shared.encryption import key_store
from shared.encryption.key_store import KeyStoreAway
from shared.encryption.tables import metadata
from shared.events.envelope import new_id
from shared.sealing.ring import Ring, RingRefused
from shared.sealing.seal import KEY_BYTES, Cell, SealBroken, bound
from shared.store.database import TableRow
from shared.store.loop import Loop
from shared.telemetry.logs import logger

exchange_keys = Table(
    "exchange_keys",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("day", Date, nullable=False, unique=True, comment="the day (UTC) on which events are sealed under it"),
    Column("wrapped", LargeBinary, nullable=False, comment="the key, under a key of the ring"),
    Column("ring_key", Text, nullable=False, comment="the name of that key"),
)


ROTATE_SECONDS = 60.0

log = logger()


@dataclass(frozen=True)
class ExchangeKey:
    """The key of one day."""

    id: UUID
    day: date
    key: bytes = field(repr=False)

    def is_current(self, now: datetime) -> bool:
        """Return whether this key encrypts events at this moment."""
        return now.astimezone(UTC).date() == self.day


class ExchangeKeys:
    """The exchange keys of one service. Any replica creates them, and all use the same keys."""

    def __init__(self, engine: Engine, ring: Ring, service: str, *, days: int) -> None:
        """Store the key database, the key ring, and the number of days for which each key can decrypt."""
        self._engine = engine
        self._ring = ring
        self._service = service
        self._days = max(1, days)

    def rotate(self, now: datetime) -> int:
        """Create missing keys for today and tomorrow, and delete expired ones; return the number deleted.

        Keys under an older key of the ring are rewrapped. Raises `KeyStoreAway`.
        """
        today = now.astimezone(UTC).date()
        with key_store.transaction(self._engine) as connection:
            expired = delete(exchange_keys).where(exchange_keys.c.day <= today - timedelta(days=self._days))
            deleted = len(connection.execute(expired.returning(exchange_keys.c.id)).all())
            for day in (today, today + timedelta(days=1)):
                self._make(connection, day)
            self._wrap_anew(connection)
        return deleted

    def current(self, now: datetime) -> ExchangeKey:
        """Return the key of today. Raises `KeyStoreAway`."""
        self.rotate(now)
        return next(key for key in self.all() if key.is_current(now))

    def all(self) -> list[ExchangeKey]:
        """Return all unexpired keys in order, including tomorrow's. Raises `KeyStoreAway`."""
        with key_store.transaction(self._engine) as connection:
            rows = connection.execute(select(exchange_keys).order_by(exchange_keys.c.day)).all()
        return [key for row in rows if (key := self._unwrapped(row)) is not None]

    def _make(self, connection: Connection, day: date) -> None:
        row = connection.execute(select(exchange_keys).where(exchange_keys.c.day == day)).first()
        if row is not None:
            if self._unwrapped(row) is not None:
                return
            # Skip keys that cannot be unwrapped, because the ring has lost its key.
            connection.execute(delete(exchange_keys).where(exchange_keys.c.id == row.id))
        id_ = new_id()
        ring_key, wrapped = self._ring.wrap(os.urandom(KEY_BYTES), self._bound(id_))
        new = insert(exchange_keys).values(id=id_, day=day, wrapped=wrapped, ring_key=ring_key)
        connection.execute(new.on_conflict_do_nothing())

    def _wrap_anew(self, connection: Connection) -> None:
        old = select(exchange_keys).where(exchange_keys.c.ring_key != self._ring.current)
        for row in connection.execute(old.with_for_update(skip_locked=True)).all():
            unwrapped = self._unwrapped(row)
            if unwrapped is not None:
                ring_key, wrapped = self._ring.wrap(unwrapped.key, self._bound(row.id))
                anew = update(exchange_keys).where(exchange_keys.c.id == row.id)
                connection.execute(anew.values(wrapped=wrapped, ring_key=ring_key))

    def _unwrapped(self, row: TableRow) -> ExchangeKey | None:
        try:
            return ExchangeKey(row.id, row.day, self._ring.unwrap(row.ring_key, row.wrapped, self._bound(row.id)))
        except (RingRefused, SealBroken):
            return None

    def _bound(self, id_: UUID) -> bytes:
        return bound(self._service, id_, Cell("exchange_keys", "wrapped", id_))


class KeyRotation(Loop):
    """Loop that creates tomorrow's key and deletes expired ones, in any replica."""

    def __init__(self, keys: ExchangeKeys) -> None:
        """Store the keys to rotate."""
        super().__init__(self.rotate, pause=ROTATE_SECONDS, passing=(KeyStoreAway, SQLAlchemyError))
        self._keys = keys

    def report(self, error: Exception) -> None:
        """Log that the rotation waits for the next attempt."""
        log.warning("exchange_keys.not_rotated", reason=type(error).__name__)

    def rotate(self) -> None:
        """Rotate once."""
        deleted = self._keys.rotate(datetime.now(UTC))
        if deleted:
            log.info("exchange_keys.forgotten", count=deleted)
